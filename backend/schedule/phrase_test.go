package schedule

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tradepost/backend/fault"
)

func TestPhrases(t *testing.T) {
	for phrase, want := range map[string]string{
		"every weekday at 7:30":                                "30 7 * * 1-5",
		"Every 15 minutes between 8 and 18":                    "*/15 8-17 * * *",
		"first monday of the month at 6":                       "0 6 * * 1#1",
		"on the last Friday of every month at 5pm":             "0 17 * * 5L",
		"on the last day of the month at 23:00":                "0 23 L * *",
		"every day at 6, 12 and 18":                            "0 6,12,18 * * *",
		"daily at noon":                                        "0 12 * * *",
		"at 7.30 every day":                                    "30 7 * * *",
		"at midnight":                                          "0 0 * * *",
		"every monday, wednesday and friday at 9":              "0 9 * * 1,3,5",
		"on Tuesdays at 12 am":                                 "0 0 * * 2",
		"every hour":                                           "0 * * * *",
		"hourly":                                               "0 * * * *",
		"every 2 hours at minute 5":                            "5 */2 * * *",
		"every 10 minutes":                                     "*/10 * * * *",
		"every half hour on weekdays":                          "*/30 * * * 1-5",
		"every 5 minutes from 22 to 6":                         "*/5 22-23,0-5 * * *",
		"every 3 hours between 6 and midnight on saturdays":    "0 6-23/3 * * 6",
		"on day 15 of every month at 9:00":                     "0 9 15 * *",
		"on the 1st of each month at 9":                        "0 9 1 * *",
		"every month on the 3rd at 4:05":                       "5 4 3 * *",
		"on the 2nd tuesday of the month at 10:15":             "15 10 * * 2#2",
		"every year on July 4th at 8":                          "0 8 4 7 *",
		"every 24 December at 12:00":                           "0 12 24 12 *",
		"every Saturday and Sunday at 10":                      "0 10 * * 6,0",
		"at weekends at 10":                                    "0 10 * * 6,0",
		"every Monday to Thursday at 10":                       "0 10 * * 1-4",
		"*/5 * * * *":                                          "*/5 * * * *",
		"@every 5m":                                            "@every 5m",
		"every 15 minutes between 08:00 and 18:00 on weekdays": "*/15 8-17 * * 1-5",
		"every 15 minutes between 8 am and 6 pm every weekday": "*/15 8-17 * * 1-5",
		"every day at 07:30, 12:30 and 18:30":                  "30 7,12,18 * * *",
		"on the first day of the month at 1":                   "0 1 1 * *",
		"every 1 minute":                                       "* * * * *",
		"every hour between 9 and 17 on monday and friday":     "0 9-16 * * 1,5",
		"  EVERY   weekday   AT 7:30  ":                        "30 7 * * 1-5",
		"every 2 hours at minute 5 between 08:00 and 18:00":    "5 8-17/2 * * *",
		"every quarter of an hour":                             "*/15 * * * *",
		"every 30 minutes between 23 and 1":                    "*/30 23,0 * * *",
	} {
		if got, err := Phrase(phrase); err != nil || got != want {
			t.Errorf("%q: got %q, %v; want %q", phrase, got, err, want)
		}
	}
}

func TestPhrasesNotUnderstood(t *testing.T) {
	for phrase, says := range map[string]string{
		"":                                   "Say when",
		"often":                              "“often”",
		"every 7 minutes":                    "@every 7m",
		"every day at 7:30 and 12:00":        "share the minute",
		"every day":                          "say also when",
		"every day at 25":                    "25",
		"every day at 7:30 in Tokyo":         "in tokyo",
		"every 5 minutes between 8:30 and 9": "full hour",
		"every monday at 7 on sunday":        "",
		"on day 32 of every month at 1":      "",
		"every 31 february at 7":             "never comes",
		"every 61 minutes":                   "@every 61m",
	} {
		_, err := Phrase(phrase)
		if !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v", phrase, err)
		}
	}
}

// TestPhrasesComeBack draws schedules, and wants that what Words says of them is understood as the same.
func TestPhrasesComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		expr := drawExpression(t)
		words := Words(expr)
		if words == expr {
			t.Fatalf("%q has no words", expr)
		}
		back, err := Phrase(words)
		if err != nil {
			t.Fatalf("%q is worded %q, which is not understood: %v", expr, words, err)
		}
		if back != expr {
			sameTimes(t, expr, back, words)
		}
	})
}

func drawExpression(t *rapid.T) string {
	minute := rapid.IntRange(0, 59).Draw(t, "minute")
	weekday := rapid.SampledFrom([]string{"*", "1-5", "1", "0", "6,0", "1,3,5", "2-4", "7"}).Draw(t, "weekday")
	from := rapid.IntRange(0, 22).Draw(t, "from")
	span := fmt.Sprintf("%d-%d", from, rapid.IntRange(from+1, 23).Draw(t, "to"))
	switch rapid.IntRange(0, 5).Draw(t, "shape") {
	case 0:
		hours := rapid.SliceOfNDistinct(rapid.IntRange(0, 23), 1, 4, rapid.ID).Draw(t, "hours")
		return fmt.Sprintf("%d %s * * %s", minute, strings.Trim(strings.ReplaceAll(fmt.Sprint(hours), " ", ","), "[]"), weekday)
	case 1:
		step := rapid.SampledFrom([]string{"*", "*/5", "*/15", "*/30"}).Draw(t, "step")
		return fmt.Sprintf("%s %s * * %s", step, rapid.SampledFrom([]string{"*", span, "22-23,0-5", "23,0"}).Draw(t, "span"), weekday)
	case 2:
		return fmt.Sprintf("%d %s * * %s", minute, rapid.SampledFrom([]string{"*", "*/2", "*/6", span, span + "/2", span + "/3"}).Draw(t, "span"), weekday)
	case 3:
		return fmt.Sprintf("%d %d %d * *", minute, from, rapid.IntRange(1, 31).Draw(t, "day"))
	case 4:
		return fmt.Sprintf("%d %d %s", minute, from, rapid.SampledFrom([]string{"L * *", "* * 1#1", "* * 5L", "* * 0#4", "* * 3#5"}).Draw(t, "rule"))
	}
	return fmt.Sprintf("%d %d %d %d *", minute, from, rapid.IntRange(1, 28).Draw(t, "day"), rapid.IntRange(1, 12).Draw(t, "month"))
}

// sameTimes compares two expressions by their times over more than a year.
func sameTimes(t *rapid.T, a, b, words string) {
	one, err := Parse(a, "UTC")
	if err != nil {
		t.Fatalf("%q: %v", a, err)
	}
	other, err := Parse(b, "UTC")
	if err != nil {
		t.Fatalf("%q: %v", b, err)
	}
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for range 300 {
		next := one.Next(at)
		if got := other.Next(at); !got.Equal(next) {
			t.Fatalf("%q is worded %q, which is read as %q: after %s %s instead of %s", a, words, b, at, got, next)
		}
		at = next
	}
}

func FuzzPhrase(f *testing.F) {
	for _, seed := range []string{"every weekday at 7:30", "first monday of the month at 6", "1 2 3 4 5", "@every 1s", "every 0 minutes", "at 24:00"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		expr, err := Phrase(text)
		if err != nil {
			return
		}
		if _, err := Parse(expr, "UTC"); err != nil {
			t.Errorf("%q gave %q, which cannot be read: %v", text, expr, err)
		}
	})
}
