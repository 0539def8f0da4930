// Terms that all parts of the page share.

export type Language = "en" | "zh";

// A text of the study or of the page, in both languages.
export type Bilingual = Readonly<Record<Language, string>>;

// Case, category and minutes, each by position: what one set of figures is for.
export type Choice = readonly [caseAt: number, category: number, minutes: number];
