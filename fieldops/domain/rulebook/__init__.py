"""The rulebook: what law and policy say of a contact before, at and after it happens."""
