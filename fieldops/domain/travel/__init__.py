"""Travel: what road engines are asked, and what the legs that were driven say of the pace."""
