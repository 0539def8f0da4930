import assert from "node:assert/strict";
import { test } from "node:test";

import { safeLink } from "../../../maps/assets/page/core/links";
import { hoursInWords, hourOfWeek } from "../../../maps/assets/page/core/hours_words";
import { matchRank } from "../../../maps/assets/page/core/pinyin";
import { csvCell } from "../../../maps/assets/page/panel/gap_table";

test("only the web can be followed", () => {
  assert.equal(safeLink("https://example.com/a?b=<x>"), "https://example.com/a?b=%3Cx%3E");
  assert.equal(safeLink("HTTP://example.com"), "http://example.com/");
  assert.equal(safeLink("javascript:alert(1)"), null);
  assert.equal(safeLink(" data:text/html,x"), null);
  assert.equal(safeLink("example.com"), null);
});

const READINGS = { 延: "yan", 安: "an", 中: "zhong", 路: "lu", 重: "zhong chong", 庆: "qing", 石: "shi dan" };

function ranks(name: string, ...typed: string[]): (number | null)[] {
  return typed.map((each) => matchRank(name, each, READINGS));
}

test("a name is found as it is written, the closer the better", () => {
  assert.deepEqual(ranks("North Clinic", "north clinic", "NORTH", "clinic", "south", " "), [0, 1, 2, null, null]);
});

test("a Chinese name is found by pinyin and by initials, whole or begun", () => {
  assert.deepEqual(ranks("延安中路", "yananzhonglu", "yan an", "yazl", "yazhl", "yana", "anzhong"), [3, 3, 3, 3, 3, 4]);
  assert.deepEqual(ranks("重庆路", "chongqing", "zhongq", "cql", "qinglu"), [3, 3, 3, 4]);
  assert.deepEqual(ranks("延安中路", "yanx", "lua", "延中"), [null, null, null]);
});

test("a sign with the name of what every object has is no reading", () => {
  assert.equal(matchRank("constructor", "constr", {}), 1);
});

test("opening hours are said in words", () => {
  assert.equal(hoursInWords("Mo-Fr 08:30-17:30; PH off", "zh"), "周一至周五 8:30–17:30；法定节假日 不开放");
  assert.equal(hoursInWords("Mo-Fr 08:30-11:30,13:00-17:00", "en"), "Mon–Fri 8:30–11:30, 13:00–17:00");
  assert.equal(hoursInWords("Mo,We 09:00-12:00", "zh"), "周一、周三 9:00–12:00");
  assert.equal(hoursInWords("24/7", "zh"), "全天开放");
  assert.equal(hoursInWords("09:00-17:00", "zh"), "每天 9:00–17:00");
});

test("hours that are more than that stay as they are written", () => {
  for (const text of ["Jan-Mar Mo 10:00-12:00", "sunrise-sunset", "Mo[1] 09:00-10:00", "按预约", ""]) {
    assert.equal(hoursInWords(text, "zh"), text);
  }
});

test("an hour of the week is a day and a time", () => {
  const said = [hourOfWeek(0, "zh"), hourOfWeek(38, "zh"), hourOfWeek(167, "en")];
  assert.deepEqual(said, ["周一 0:00", "周二 14:00", "Sun 23:00"]);
});

test("a cell of a CSV is quoted where it must be and never a formula", () => {
  const cells = ["a", 'a "b"', "a,b", "=1+1", "-3", "+86 21"].map(csvCell);
  assert.deepEqual(cells, ["a", '"a ""b"""', '"a,b"', "'=1+1", "-3", "'+86 21"]);
});
