model m { language 1; timezone "asia/shangai" }
subject loan { key a: text?, key b: text }
context { key c: int }
events loan { key d: int }
