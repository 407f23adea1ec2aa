"""Who somebody is on paper: identity numbers, telephones and names, read, normalised and masked."""

from fieldops.domain.identity.id_number import IdNumber, check_character, read_id_number
from fieldops.domain.identity.masking import (
    mask_address,
    mask_id_number,
    mask_name,
    mask_phone,
)
from fieldops.domain.identity.names import name_doubts, normalise_name, read_name
from fieldops.domain.identity.phones import Phone, read_phone, read_phones
from fieldops.domain.identity.unreadable import Unreadable, unreadable

__all__ = [
    "IdNumber",
    "Phone",
    "Unreadable",
    "check_character",
    "mask_address",
    "mask_id_number",
    "mask_name",
    "mask_phone",
    "name_doubts",
    "normalise_name",
    "read_id_number",
    "read_name",
    "read_phone",
    "read_phones",
    "unreadable",
]
