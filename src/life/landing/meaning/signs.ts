/** Signs in code of any language that declare a test, check something, skip a test, or end the run. */

const any = (sources: string[], flags: string) => new RegExp(sources.join('|'), flags)

/** Pattern of each test that a line of code declares, skipped ones too. */
export const DECLARES = any(
  [
    String.raw`(?<![.\w$])(?:it|test|specify|xit|xtest|xspecify|fit|Deno\.test|t\.test)(?:\.(?:skip|only|todo|fixme|fail|concurrent|sequential|serial|each|for)\w*)*(?=\s*[(\x60])`,
    String.raw`^\s*(?:async\s+)?def\s+test\w*`,
    String.raw`^func\s+(?:Test|Fuzz|Example)(?!Main\b)\w*(?=\()|\bt\.Run(?=\()`,
    String.raw`#\[(?:\w+::)*(?:test|rstest|test_case)\b|#\[cfg\(test\)\]|^test\s+""\s*\{`,
    String.raw`@(?:Test|ParameterizedTest|RepeatedTest|TestFactory|Property)\b|\[(?:Fact|Theory|Test|TestMethod|TestCase)\b`,
    String.raw`^\s*(?:it|specify|example|scenario|test|should|property)\s+(?=["'])|\bfunc(?:tion)?\s+test\w*(?=\s*\()`,
    String.raw`^\s*\w*(?:TEST|TEST_F|TEST_P|TEST_CASE|SCENARIO)(?=\s*\()|^@test\b|^\s*Scenario\b|@testset\b|\(deftest\b|^\s*subtest\b`,
  ],
  'g',
)

/** Pattern of each assertion in a line of code. */
export const CHECKS =
  /\b(?:assert(?=[\s(.!])|assert\w+(?=[!(.<])|expect\w*(?=[(.!<])|should\w*(?=[\s(.!])|verify(?=\()|require\.\w+(?=\()|t\.(?:Error|Fatal|Fail)\w*(?=\()|is_deeply\b|EXPECT_\w+|ASSERT_\w+|XCTAssert\w*|XCTFail\b|refute\w*|match_snapshot\b)/g

/** Pattern of a line that imports assertions; it checks nothing. */
export const IMPORTS =
  /^\s*(?:import\b(?!\s*\()|from\s+\S+\s+import\b|use\s|using\s|#include|export\s*\{|(?:const|let|var)\s[^=]*=\s*require\()/

/** Pattern of skipped tests in the code of a file. */
export const SKIPS = any(
  [
    String.raw`\b(?:it|test|describe|context|suite|specify|Deno\.test)(?:\.\w+)*?\.(?:skip|only|todo|fixme|failing|fails|runIf)\w*`,
    String.raw`\b(?:xit|xdescribe|xtest|xspecify|xcontext|fit|fdescribe|fcontext)(?=\s*[('"])`,
    String.raw`@?\bpytest\.mark\.(?:skipif|skip|xfail)\b|@unittest\.(?:skip\w*|expectedFailure)\b|@(?:Disabled\w*|Ignore)\b`,
    String.raw`\b(?:pytest\.(?:skip|xfail)|self\.skipTest|[tb]\.Skip(?:f|Now)?|markTest(?:Skipped|Incomplete)|GTEST_SKIP|XCTSkip\w*)(?=\()`,
    String.raw`\b(?:t|this|ctx|context|task)\.(?:skip|todo)(?=\()`,
    String.raw`\braise (?:unittest\.)?SkipTest\b|\b__test__ *= *False|@Test\(enabled *= *false\)`,
    String.raw`#\[ignore|#\[cfg\((?:any\(\)|FALSE)\)\]|\[Ignore|\(Skip\s*=|@tag :skip|@moduletag :skip|\bDISABLED_`,
    String.raw`^[ \t]*(?:pending|skip)\b(?=$|[ ('"])|\b(?:skip|todo): *(?:true|""|''|\x60\x60)|->(?:skip|todo)(?=\()`,
    // What decides which tests are run, or what becomes of them.
    String.raw`\bdef (?:load_tests|pytest_(?:collect|ignore_collect|itemcollected|deselected|pycollect|pyfunc|runtest|sessionfinish)\w*)(?=\()|\bcollect_ignore(?:_glob)?\b`,
    String.raw`\b(?:globalThis|global|window)\.(?:it|test|describe|expect|assert) *=(?!=)|\bdef self\.(?:runnable|test)_methods\b|\bfilter_run_\w+`,
    String.raw`^func TestMain(?=\([^)\n]{0,60}\) ?\{(?:(?!\.Run\()[\s\S]){0,1000}?^\})|\bfunction suite(?=\()|#!\[cfg\(|@Enabled\w+|\bExUnit\.\w+\(\[?exclude\b`,
    String.raw`\bif *\( *(?:false|0) *\)|\bif (?:False|0):|^#if 0\b`,
  ],
  'gm',
)

/** Pattern of a test that returns at once. It looks only a little way ahead. */
export const RETURNS = any(
  [
    String.raw`(?<![.\w$])(?:it|test|specify|Deno\.test)(?:\.\w{1,20})?\s?\([^{}]{0,200}(?:\{[^{}]{0,100}\}[^{}]{0,100})?\{\s{0,200}return(?:\s?;|[ \t]*\n|\s?\})`,
    String.raw`\bdef test\w{0,100}\([^:\n]{0,200}(?:\)|\w):\s{1,200}(?:""""""\s{1,200})?return(?: None)?[ \t]*\n`,
    String.raw`\bfunc Test\w{0,100}\([^{}]{0,200}\{\s{0,200}return\b`,
    String.raw`(?:#\[(?:\w{1,20}::){0,3}test\b|@(?:Test|ParameterizedTest|RepeatedTest)\b|\[(?:Fact|Theory|TestMethod)\b)[^{}]{0,300}\{\s{0,200}return\s?;`,
  ],
  'g',
)

/** Pattern of commands that end the running program at once with success. */
export const EXITS = any(
  [
    String.raw`\bprocess\.(?:exit|reallyExit)\(\s*0?\s*\)|\bprocess\[["'\x60]{2}\]\([^)\n]{0,20}\)|\bprocess\.exitCode *= *0\b|\bDeno\.exit\(\s*0?\s*\)`,
    String.raw`\bos\._exit\(\s*0\s*\)|\bsys\.exit\(\s*0?\s*\)|\braise SystemExit\b(?:\(\s*0?\s*\))?(?!\()|\bpytest\.exit\(`,
    String.raw`\bprocess::exit\(\s*0\s*\)|\b(?:os|syscall)\.Exit\(\s*0\s*\)|\bruntime\.Goexit\(\)`,
    String.raw`\bSystem\.(?:exit\(\s*0|halt\(\s*0?)\s*\)|\bexitProcess\(\s*0\s*\)|\bEnvironment\.Exit\(\s*0\s*\)`,
    String.raw`(?<![.:\w$])(?:exit|_exit|_Exit|quick_exit|quit)\(\s*0?\s*\)`,
    String.raw`^[ \t]*exit(?:!| 0)?[ \t]*;?[ \t]*$`,
  ],
  'gm',
)
