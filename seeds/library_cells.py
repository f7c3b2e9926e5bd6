"""One cell of the Ministry's file, read: a value that can be believed, or nothing and the reason of it."""

import math
import re

LARGEST_NUMBERS = {"surface_m2": 100_000.0, "weekly_hours": 168.0, "paid_staff": 2_000.0, "volunteers": 2_000.0}
NUMBER_NAMES = {
    "surface_m2": "surface",
    "weekly_hours": "heures d’ouverture",
    "paid_staff": "nombre de salariés",
    "volunteers": "nombre de bénévoles",
}
WEBSITE = re.compile(r"(https?://)?[\w-]+(\.[\w-]+)+(:\d+)?([/?#]\S*)?", re.IGNORECASE)
PHONE = re.compile(r"[+0-9][0-9 .()/-]{5,30}")


def position(values: dict[str, str], reasons: list[str]) -> tuple[float | None, float | None]:
    """Read latitude and longitude, in their own columns or together as « lat, lon »."""
    texts = [values.get("latitude", ""), values.get("longitude", "")]
    if not all(texts):
        together = re.fullmatch(r"\[?\s*(-?\d+[.]?\d*)\s*[,;]\s*(-?\d+[.]?\d*)\s*\]?", values.get("position", ""))
        texts = list(together.groups()) if together else texts
    if not any(texts):
        return None, None
    try:
        latitude, longitude = (float(text.replace(",", ".")) for text in texts)
    except ValueError:
        latitude = longitude = math.nan
    if math.isfinite(latitude) and math.isfinite(longitude):
        return latitude, longitude
    reasons.append(f"coordonnées illisibles « {texts[0]} » « {texts[1]} »")
    return None, None


def digits(values: dict[str, str], name: str, title: str, reasons: list[str]) -> str | None:
    """Give a code of five digits, the first 0 put back where a spreadsheet dropped it."""
    text = values.get(name, "")
    code = re.sub(r"[.,]0+$", "", text).replace(" ", "")
    if re.fullmatch(r"\d{4,5}", code):
        return code.zfill(5)
    if text:
        reasons.append(f"{title} « {text} » illisible")
    return None


def insee_code(text: str) -> str | None:
    """Give an INSEE code as a text, the first 0 put back where a spreadsheet dropped it."""
    code = re.sub(r"[.,]0+$", "", text).upper()
    return code.zfill(5) if code else None


def number(text: str, name: str, reasons: list[str]) -> float | None:
    """Give the number of a cell; None, and the reason, for what is no number or an impossible one."""
    if not text:
        return None
    try:
        value = float(text.replace(" ", "").replace(",", "."))
    except ValueError:
        reasons.append(f"{NUMBER_NAMES[name]} : « {text} » n’est pas un nombre, lu comme « inconnu »")
        return None
    if not 0 <= value <= LARGEST_NUMBERS[name]:
        reasons.append(f"{NUMBER_NAMES[name]} : {text} est impossible, lu comme « inconnu »")
        return None
    return value


def website(text: str, reasons: list[str]) -> str | None:
    """Give an address of the web, with its scheme."""
    if not text:
        return None
    if not WEBSITE.fullmatch(text):
        reasons.append(f"site internet « {text} » illisible")
        return None
    return text if re.match(r"https?://", text, re.IGNORECASE) else f"http://{text}"


def phone(text: str, reasons: list[str]) -> str | None:
    """Give a telephone number as the file writes it."""
    bare = re.sub(r"[.,]0+$", "", text)
    if re.fullmatch(r"[1-9]\d{8}", bare):
        # A spreadsheet dropped the first 0.
        return f"0{bare}"
    if text and not PHONE.fullmatch(text):
        reasons.append(f"téléphone « {text} » illisible")
        return None
    return text or None
