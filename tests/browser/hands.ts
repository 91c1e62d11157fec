/** The two ways in which a person does something on a page: each action is tried by both. */
import type { Locator, Page } from 'playwright-core'
import { expect } from 'vitest'

export const WAYS = ['clicking', 'keyboard'] as const
export type Way = (typeof WAYS)[number]

/** Tab until what fits has the focus, as somebody without a mouse would. */
export async function tabTo(page: Page, wanted: Locator): Promise<void> {
  const has = wanted.and(page.locator(':focus'))
  await wanted.first().waitFor()
  for (let presses = 0; presses < 80; presses++) {
    if ((await has.count()) > 0) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`Tab does not lead to ${wanted}`)
}

/** Presses a button or opens what is folded: with the mouse, or from the keyboard with Tab and Enter. */
export async function press(page: Page, way: Way, wanted: Locator): Promise<void> {
  if (way === 'clicking') return wanted.click()
  await tabTo(page, wanted)
  await page.keyboard.press('Enter')
}

/** By its button with the mouse, or by its key. */
export async function begin(page: Page, way: Way, action: { button: Locator; key: string }): Promise<void> {
  await action.button.waitFor()
  if (way === 'clicking') await action.button.click()
  else await page.keyboard.press(action.key)
}

/** Writes into the field that has the focus, or into the one that is clicked first. */
export async function write(page: Page, way: Way, field: Locator, text: string): Promise<void> {
  if (way === 'clicking') return field.fill(text)
  await tabTo(page, field)
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.insertText(text)
}

/** Chooses from a list: a browser's own menu cannot be clicked from outside it, so the mouse is the browser's answer. */
export async function choose(page: Page, way: Way, list: Locator, option: string): Promise<void> {
  if (way === 'clicking') return void (await list.selectOption(option))
  await tabTo(page, list)
  await page.keyboard.press('Home')
  for (let presses = 0; presses < 30 && (await list.inputValue()) !== option; presses++)
    await page.keyboard.press('ArrowDown')
  expect(await list.inputValue()).toBe(option)
}
