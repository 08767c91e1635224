/**
 * docs/questions.md as data: each question with its SQL and the answer that the page shows.
 */

export interface Question {
  readonly title: string
  readonly sql: ReadonlyArray<string>
  readonly answers: ReadonlyArray<string>
}

const blocks = (section: string, language: string) =>
  [...section.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, "gms"))].map(([, text = ""]) => text.trimEnd())

/** The questions of the page, in its order. */
export const questionsOf = (page: string): ReadonlyArray<Question> =>
  page.split(/^## /m).slice(1).map((section) => ({
    title: section.split("\n")[0] ?? "",
    sql: blocks(section, "sql"),
    answers: blocks(section, "text")
  }))

/** The same page with these answers, one a question. */
export const withAnswers = (page: string, answers: ReadonlyArray<string>): string => {
  let at = 0
  return page.replace(/^```text\n.*?^```$/gms, () => `\`\`\`text\n${answers[at++] ?? ""}\n\`\`\``)
}
