package explain

import (
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"tradepost/backend/edi"
	"tradepost/backend/edi/definition"
)

// Sentences are how segments and documents are said, as a small text file has it. A line about a segment is "REF {1}: {2}"
// and may be given several times with a qualifier, "DTM[1=002] ...". In braces stands an element, by number or as 2.1 for a
// component: codes by their words, dates and amounts written out; {2!} is the value as it stands, {6*} pairs of kind and
// code from element 6 on, {1.2@} a date in the format that the next component states. What is in square brackets is left out when one of its elements is empty. A document is
// "document 850 Order {BEG.3} of {BEG.5}", and below it indented facts: "Ship to: {N1[ST].2} {N1[ST].4}", {#PO1} counts.
type Sentences struct {
	// Dates writes a date of a format, for syntaxes that state formats beside dates.
	Dates func(value, format string) string

	segments  map[string][]sentence
	documents map[string]document
}

type sentence struct {
	when  *qualifier
	parts []part
}

type qualifier struct {
	element int
	value   string
}

// part is a piece of a sentence: text, an element, or an optional group.
type part struct {
	text  string
	ref   *ref
	group []part
}

// ref names an element.
type ref struct {
	tag       string // in documents
	qualifier string // its first element
	element   int
	component int
	raw       bool
	pairs     bool
	count     bool
	dated     bool
}

type document struct {
	title []part
	facts []factLine
}

type factLine struct {
	label string
	parts []part
}

// ReadSentences reads the file.
func ReadSentences(files fs.FS, name string) (Sentences, error) {
	text, err := fs.ReadFile(files, name)
	if err != nil {
		return Sentences{}, fmt.Errorf("reading sentences: %w", err)
	}
	s := Sentences{segments: map[string][]sentence{}, documents: map[string]document{}}
	kind := ""
	for i, raw := range strings.Split(string(text), "\n") {
		line := strings.TrimSpace(raw)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		var err error
		switch rest, isDocument := strings.CutPrefix(line, "document "); {
		case isDocument:
			kind, err = s.addDocument(rest)
		case raw[0] == ' ':
			err = s.addFact(kind, line)
		default:
			err = s.addSegment(line)
		}
		if err != nil {
			return Sentences{}, fmt.Errorf("reading sentences: %s line %d: %w", name, i+1, err)
		}
	}
	return s, nil
}

func (s *Sentences) addDocument(rest string) (kind string, err error) {
	kind, rest, _ = strings.Cut(rest, " ")
	d := document{}
	d.title, err = partsOf(rest)
	s.documents[kind] = d
	return kind, err
}

func (s *Sentences) addFact(kind, line string) error {
	label, rest, found := strings.Cut(line, ": ")
	d, known := s.documents[kind]
	if !found || !known {
		return fmt.Errorf("%q is no fact of a document", line)
	}
	parts, err := partsOf(rest)
	d.facts = append(d.facts, factLine{label, parts})
	s.documents[kind] = d
	return err
}

func (s *Sentences) addSegment(line string) error {
	head, rest, _ := strings.Cut(line, " ")
	tag, condition, has := strings.Cut(strings.TrimSuffix(head, "]"), "[")
	one := sentence{}
	if has {
		number, value, _ := strings.Cut(condition, "=")
		element, err := strconv.Atoi(number)
		if err != nil {
			return fmt.Errorf("%q is no condition", condition)
		}
		one.when = &qualifier{element, value}
	}
	var err error
	one.parts, err = partsOf(rest)
	s.segments[tag] = append(s.segments[tag], one)
	return err
}

// partsOf cuts a sentence.
func partsOf(text string) (parts []part, err error) {
	for text != "" {
		at := strings.IndexAny(text, "{[")
		if at < 0 {
			return append(parts, part{text: text}), nil
		}
		if at > 0 {
			parts = append(parts, part{text: text[:at]})
		}
		text = text[at:]
		if text[0] == '{' {
			end := strings.IndexByte(text, '}')
			if end < 0 {
				return nil, fmt.Errorf("a brace is not closed in %q", text)
			}
			reference, err := refOf(text[1:end])
			if err != nil {
				return nil, err
			}
			parts, text = append(parts, part{ref: reference}), text[end+1:]
			continue
		}
		end := closing(text)
		if end < 0 {
			return nil, fmt.Errorf("a bracket is not closed in %q", text)
		}
		group, err := partsOf(text[1:end])
		if err != nil {
			return nil, err
		}
		parts, text = append(parts, part{group: group}), text[end+1:]
	}
	return parts, nil
}

// closing finds the bracket that closes the one at the start, over those inside braces and groups.
func closing(text string) int {
	depth, braces := 0, 0
	for i := range len(text) {
		switch text[i] {
		case '{':
			braces++
		case '}':
			braces--
		case '[':
			if braces == 0 {
				depth++
			}
		case ']':
			if braces == 0 {
				if depth--; depth == 0 {
					return i
				}
			}
		}
	}
	return -1
}

// refOf reads 2, 2.1, 2!, 6*, BEG.3, N1[ST].2 or #PO1.
func refOf(text string) (*ref, error) {
	r := &ref{}
	if tag, counts := strings.CutPrefix(text, "#"); counts {
		r.tag, r.count = tag, true
		return r, nil
	}
	text, r.raw = strings.CutSuffix(text, "!")
	text, r.dated = strings.CutSuffix(text, "@")
	text, r.pairs = strings.CutSuffix(text, "*")
	if text != "" && (text[0] < '0' || text[0] > '9') {
		head, rest, _ := strings.Cut(text, ".")
		r.tag, r.qualifier, _ = strings.Cut(strings.TrimSuffix(head, "]"), "[")
		text = rest
	}
	number, component, deep := strings.Cut(text, ".")
	var err error
	if r.element, err = strconv.Atoi(number); err != nil {
		return nil, fmt.Errorf("%q is no element", text)
	}
	if deep {
		if r.component, err = strconv.Atoi(component); err != nil {
			return nil, fmt.Errorf("%q is no component", text)
		}
	}
	return r, nil
}

// Say says a segment in words: by its sentence, or by its labels one after the other.
func (s Sentences) Say(tag string, segment *edi.Segment, def *definition.Segment) string {
	for _, one := range s.segments[tag] {
		if one.when == nil || segment.Part(one.when.element, 1) == one.when.value {
			text, _ := say(one.parts, func(r *ref) string { return s.valueOf(segment, def, r) })
			return tidy(text)
		}
	}
	return tidy(plain(segment, def))
}

// tidy takes out padding and separators that nothing stands before, and begins with a capital.
func tidy(text string) string {
	text = strings.TrimLeft(strings.Join(strings.Fields(text), " "), ",;: ")
	if text == "" {
		return ""
	}
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:]
}

// say puts parts together. full is false when an element was empty.
func say(parts []part, value func(*ref) string) (text string, full bool) {
	var b strings.Builder
	full = true
	for _, p := range parts {
		switch {
		case p.ref != nil:
			found := value(p.ref)
			full = full && found != ""
			b.WriteString(found)
		case p.group != nil:
			if inner, whole := say(p.group, value); whole {
				b.WriteString(inner)
			}
		default:
			b.WriteString(p.text)
		}
	}
	return b.String(), full
}

// valueOf is an element in words, a date by the format beside it.
func (s Sentences) valueOf(segment *edi.Segment, def *definition.Segment, r *ref) string {
	if r.dated && s.Dates != nil {
		return s.Dates(edi.Text([]byte(segment.Part(r.element, r.component))), segment.Part(r.element, r.component+1))
	}
	return valueOf(segment, def, r)
}

// valueOf is an element in words.
func valueOf(s *edi.Segment, def *definition.Segment, r *ref) string {
	if r.pairs {
		return pairs(s, def, r.element)
	}
	value := strings.TrimSpace(edi.Text([]byte(s.Part(r.element, max(r.component, 1)))))
	if r.raw {
		return value
	}
	if use := useOf(def, r.element, r.component); use != nil && use.Element != nil && value != "" {
		return Meaning(use.Element, value)
	}
	return value
}

// pairs says kinds and codes that follow each other, as item codes do.
func pairs(s *edi.Segment, def *definition.Segment, from int) string {
	var all []string
	for n := from; n < s.Len(); n += 2 {
		kind, code := valueOf(s, def, &ref{element: n}), edi.Text([]byte(s.Text(n+1)))
		if code != "" {
			all = append(all, strings.TrimSpace(kind+" "+code))
		}
	}
	return strings.Join(all, ", ")
}

// plain says a segment that has no sentence: what each element is, and its value.
func plain(s *edi.Segment, def *definition.Segment) string {
	var all []string
	for n := 1; n <= s.Len(); n++ {
		value := valueOf(s, def, &ref{element: n})
		if value == "" {
			continue
		}
		if use := useOf(def, n, 0); use != nil && use.Label != "" {
			value = use.Label + " " + value
		}
		all = append(all, value)
	}
	return strings.Join(all, "; ")
}
