package definition

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// line is one line of a definition file without its comment: how deep it is indented, and its text.
type line struct {
	file   string
	number int
	indent int
	text   string
}

// fault says what is wrong with a line.
func (l line) fault(format string, args ...any) error {
	return fmt.Errorf("%s line %d: %s", l.file, l.number, fmt.Sprintf(format, args...))
}

// linesOf splits a file. A line beginning with # is a comment; one beginning with a + goes on with the line before.
func linesOf(file, text string) (lines []line, err error) {
	for i, raw := range strings.Split(strings.TrimPrefix(text, "\uFEFF"), "\n") {
		trimmed := strings.TrimSpace(raw)
		if trimmed == "" || strings.HasPrefix(trimmed, "#") {
			continue
		}
		if more, goesOn := strings.CutPrefix(trimmed, "+"); goesOn {
			if len(lines) == 0 {
				return nil, line{file: file, number: i + 1}.fault("there is no line before that this could go on with")
			}
			lines[len(lines)-1].text += " " + strings.TrimSpace(more)
			continue
		}
		indent := len(raw) - len(strings.TrimLeft(raw, " \t"))
		lines = append(lines, line{file: file, number: i + 1, indent: indent, text: trimmed})
	}
	return lines, nil
}

// scope is which versions a piece of a definition is for: by their place in the book's list; both ends belong to it.
type scope struct{ from, to int }

func (s scope) has(version int) bool { return s.from <= version && version <= s.to }

// scoped takes the version mark off the end of a piece: @004030, @004030+ (and later), @-004060 (up to and with).
func scoped(versions []string, text string) (rest string, in scope, err error) {
	in = scope{0, len(versions) - 1}
	rest = strings.TrimSpace(text)
	cut := strings.LastIndex(rest, "@")
	if cut < 0 || strings.ContainsAny(rest[cut:], " \t") {
		return rest, in, nil
	}
	mark := rest[cut+1:]
	rest = strings.TrimSpace(rest[:cut])
	name := strings.Trim(mark, "+-")
	at := slices.Index(versions, name)
	switch {
	case at < 0:
		return "", in, fmt.Errorf("no version %q; known are %s", name, strings.Join(versions, ", "))
	case strings.HasSuffix(mark, "+"):
		in.from = at
	case strings.HasPrefix(mark, "-"):
		in.to = at
	default:
		in.from, in.to = at, at
	}
	return rest, in, nil
}

// word takes the first word off a text.
func word(text string) (first, rest string) {
	text = strings.TrimSpace(text)
	if cut := strings.IndexAny(text, " \t"); cut >= 0 {
		return text[:cut], strings.TrimSpace(text[cut:])
	}
	return text, ""
}

// usageOf reads a usage; EDIFACT's C is optional.
func usageOf(text string) (Usage, bool) {
	switch text {
	case "M", "O", "X", "N":
		return Usage(text[0]), true
	case "C":
		return Optional, true
	}
	return 0, false
}

// timesOf reads a repeat: x3, or x* without limit.
func timesOf(text string) (int, bool) {
	number, is := strings.CutPrefix(text, "x")
	if !is {
		return 0, false
	}
	if number == "*" {
		return Unbounded, true
	}
	times, err := strconv.Atoi(number)
	return times, err == nil && times > 0
}

// lengthsOf reads MIN..MAX, or one number for both.
func lengthsOf(text string) (least, most int, err error) {
	low, high, ranged := strings.Cut(text, "..")
	if !ranged {
		high = low
	}
	if least, err = strconv.Atoi(low); err != nil {
		return 0, 0, fmt.Errorf("%q is no length", text)
	}
	if most, err = strconv.Atoi(high); err != nil || most < least {
		return 0, 0, fmt.Errorf("%q is no length", text)
	}
	return least, most, nil
}

// conditionsOf reads conditions like "P0304 R020304 C0504": a letter, then two digits per element.
func conditionsOf(text string) (all []Condition, err error) {
	for one := range strings.FieldsSeq(text) {
		digits := one[1:]
		if !strings.ContainsRune("PRECL", rune(one[0])) || len(digits) < 4 || len(digits)%2 != 0 {
			return nil, fmt.Errorf("%q is no condition like P0304", one)
		}
		condition := Condition{Kind: one[0]}
		for ; digits != ""; digits = digits[2:] {
			number, err := strconv.Atoi(digits[:2])
			if err != nil || number == 0 {
				return nil, fmt.Errorf("%q is no condition like P0304", one)
			}
			condition.Among = append(condition.Among, number)
			condition.Mask |= 1 << number
		}
		condition.First = 1 << condition.Among[0]
		all = append(all, condition)
	}
	return all, nil
}
