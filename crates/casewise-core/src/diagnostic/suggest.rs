//! "Did you mean": the known word that an unknown one was probably meant to be.

/// The candidate nearest to `word`, if one is near: another case of the letters first, then at most
/// 1 + length/4 slips (a letter too many, too few, wrong or swapped). Ties go to the candidate named first.
///
/// # Examples
/// ```
/// use casewise_core::diagnostic::nearest;
/// assert_eq!(nearest("priorty", ["quota", "priority"]), Some("priority"));
/// assert_eq!(nearest("Quota", ["quota", "priority"]), Some("quota"));
/// assert_eq!(nearest("colour", ["quota", "priority"]), None);
/// ```
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = word.chars().count();
    let limit = 1 + length / 4;
    let lower = word.to_lowercase();
    let mut best: Option<((bool, usize), &'a str)> = None;
    for candidate in candidates {
        if candidate == word {
            continue;
        }
        let other_case = candidate.to_lowercase() == lower;
        let candidate_length = candidate.chars().count();
        // The lengths alone are this far apart.
        if !other_case && candidate_length.abs_diff(length) > limit {
            continue;
        }
        let distance = if other_case { 0 } else { strsim::damerau_levenshtein(word, candidate) };
        // As many slips as letters make another word.
        if distance > limit || distance >= length.max(1) || distance >= candidate_length.max(1) {
            continue;
        }
        let rank = (!other_case, distance);
        if best.is_none_or(|(b, _)| rank < b) {
            best = Some((rank, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn swapped_letters_are_one_slip() {
        assert_eq!(nearest("csae", ["cast", "case"]), Some("case"));
    }

    #[test]
    fn another_case_comes_before_a_nearer_spelling() {
        assert_eq!(nearest("SMS", ["SMs1", "sms"]), Some("sms"));
    }

    #[test]
    fn short_words_are_not_turned_into_others() {
        assert_eq!(nearest("a", ["b", "c"]), None);
        assert_eq!(nearest("ab", ["xy"]), None);
        assert_eq!(nearest("", ["a"]), None);
    }

    #[test]
    fn ties_go_to_the_first() {
        assert_eq!(nearest("plan", ["plans", "plane"]), Some("plans"));
    }

    #[test]
    fn chinese_names_are_near_too() {
        assert_eq!(nearest("高价值用户", ["高价值客户", "呼转客户"]), Some("高价值客户"));
    }

    #[test]
    fn the_word_itself_is_no_suggestion() {
        assert_eq!(nearest("plan", ["plan"]), None);
    }
}
