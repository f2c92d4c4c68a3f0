"""Money in words: every way in which Vietnamese reads a digit by what stands before it."""

import pytest

from camera_registry.reports.papers.in_words import dong_in_words, number_in_words

READ = {
    0: "không",
    1: "một",
    4: "bốn",
    5: "năm",
    10: "mười",
    11: "mười một",
    14: "mười bốn",
    15: "mười lăm",
    20: "hai mươi",
    21: "hai mươi mốt",
    24: "hai mươi tư",
    25: "hai mươi lăm",
    31: "ba mươi mốt",
    44: "bốn mươi tư",
    55: "năm mươi lăm",
    91: "chín mươi mốt",
    100: "một trăm",
    101: "một trăm linh một",
    104: "một trăm linh bốn",
    105: "một trăm linh năm",
    110: "một trăm mười",
    111: "một trăm mười một",
    115: "một trăm mười lăm",
    121: "một trăm hai mươi mốt",
    555: "năm trăm năm mươi lăm",
    1_000: "một nghìn",
    1_001: "một nghìn không trăm linh một",
    1_010: "một nghìn không trăm mười",
    1_100: "một nghìn một trăm",
    1_015: "một nghìn không trăm mười lăm",
    10_000: "mười nghìn",
    15_000: "mười lăm nghìn",
    21_000: "hai mươi mốt nghìn",
    100_000: "một trăm nghìn",
    105_000: "một trăm linh năm nghìn",
    1_000_000: "một triệu",
    1_000_005: "một triệu không trăm linh năm",
    1_005_000: "một triệu không trăm linh năm nghìn",
    1_234_000: "một triệu hai trăm ba mươi tư nghìn",
    2_050_000: "hai triệu không trăm năm mươi nghìn",
    20_400_000: "hai mươi triệu bốn trăm nghìn",
    125_000_000: "một trăm hai mươi lăm triệu",
    1_000_000_000: "một tỷ",
    1_000_050_000: "một tỷ không trăm năm mươi nghìn",
    1_000_000_001: "một tỷ không trăm linh một",
    21_315_404_000: "hai mươi mốt tỷ ba trăm mười lăm triệu bốn trăm linh bốn nghìn",
    1_000_000_000_000: "một nghìn tỷ",
    1_000_500_000_000: "một nghìn tỷ năm trăm triệu",
    1_005_000_000_000: "một nghìn không trăm linh năm tỷ",
    2_000_000_000_000_000: "hai triệu tỷ",
}


@pytest.mark.parametrize("number", READ)
def test_a_number_is_read_as_people_read_it(number):
    """Mười and mươi, mốt, tư, lăm, linh; groups in full after the first; nothing of an empty group."""
    assert number_in_words(number) == READ[number]


def test_money_begins_with_a_capital_and_ends_with_its_unit():
    """As it stands under an estimate, also where there is nothing to pay."""
    assert dong_in_words(0) == "Không đồng"
    assert dong_in_words(48_900_000) == "Bốn mươi tám triệu chín trăm nghìn đồng"
    with pytest.raises(ValueError, match="negative"):
        dong_in_words(-1)


def test_different_numbers_are_read_differently():
    """No two of many numbers sound alike, and none has an empty word in it."""
    numbers = [*range(3_000), *(n * 7919 + 10**k for n in range(300) for k in range(3, 14))]
    read = {number: number_in_words(number) for number in numbers}
    assert len(set(read.values())) == len(read)
    assert not any("  " in text or text != text.strip() for text in read.values())
