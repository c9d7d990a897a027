//! Telephone numbers as people write them, brought to one form.

/// A mainland mobile number as 11 digits, a landline with its area code as digits, another country's
/// number as `+` and digits.
///
/// # Errors
/// What is none of these. The message does not repeat the number.
pub fn normalise(text: &str) -> Result<String, String> {
    let wrong = || "电话号码不对 this is no telephone number".to_owned();
    let digits: String =
        text.chars().map(half_width).filter(|c| !matches!(c, ' ' | '-' | '(' | ')')).collect();
    let digits = digits.strip_prefix("+86").or_else(|| digits.strip_prefix("0086")).unwrap_or(&digits);
    if let Some(foreign) = digits.strip_prefix('+') {
        let fits = all_digits(foreign) && (7..=15).contains(&foreign.len());
        return if fits { Ok(digits.to_owned()) } else { Err(wrong()) };
    }
    let mobile =
        digits.len() == 11 && digits.starts_with('1') && !matches!(digits.as_bytes()[1], b'0'..=b'2');
    let landline = (10..=12).contains(&digits.len()) && digits.starts_with('0') && !digits.starts_with("00");
    if all_digits(digits) && (mobile || landline) { Ok(digits.to_owned()) } else { Err(wrong()) }
}

fn all_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Full-width characters of a Chinese keyboard.
fn half_width(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        '\u{3000}' | '\u{A0}' => ' ',
        '–' | '—' => '-',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::normalise;

    #[test]
    fn numbers_come_to_one_form() {
        for (written, stored) in [
            ("13800001234", "13800001234"),
            ("138 0000 1234", "13800001234"),
            ("+86 138-0000-1234", "13800001234"),
            ("１３８００００１２３４", "13800001234"),
            ("0532-88512345", "053288512345"),
            ("(0532) 88512345", "053288512345"),
            ("+44 20 7946 0000", "+442079460000"),
        ] {
            assert_eq!(normalise(written).as_deref(), Ok(stored), "{written}");
        }
        for wrong in ["1380000123", "138000012345", "12345678901", "abc", "+", "0", "88512345", "1380000123x"]
        {
            let told = normalise(wrong).expect_err(wrong);
            assert!(!told.contains(wrong) || wrong.len() < 2, "{told}");
        }
    }
}
