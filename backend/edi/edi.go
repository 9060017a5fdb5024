// Package edi holds what X12 and EDIFACT have in common: segments as they lie in a file, places in them, what is wrong
// there, and the report that people and programs get of a file. It reads nothing by itself: the syntaxes are in x12 and
// edifact, what documents are made of in definition, and the comparison of both in check.
package edi

import "unicode/utf8"

// Syntax is the language a file is written in.
type Syntax string

// The syntaxes.
const (
	X12     Syntax = "x12"
	EDIFACT Syntax = "edifact"
)

// Place says where something is. Numbers start at 1; 0 means that it does not apply.
type Place struct {
	Offset     int64  // bytes from the start of the file
	Line       int    // line of the file
	Segment    string // tag of the segment; of the one that is missing, where one is
	Position   int    // of the segment in its set or message: ST and UNH are 1. 0 outside of sets
	Loop       string // the loop or segment group it stands in
	Element    int
	Component  int
	Repetition int // 0 or 1 for the first of an element that repeats
}

// Level says what a problem means for the document.
type Level int

// The levels.
const (
	Rejects Level = iota // the document must not be used as it is
	Noted                // acknowledged as an error, yet the document is accepted
	Hint                 // worth saying to a person; no acknowledgement speaks of it
)

// Word is the level as reports write it.
func (l Level) Word() string { return [...]string{"error", "noted", "hint"}[l] }

// Scope says to what a problem belongs, and with it which list its code is from.
type Scope int

// The scopes, from the outside in.
const (
	OfFile        Scope = iota // no code
	OfInterchange              // X12: TA105; EDIFACT: 0085 in UCI
	OfGroup                    // AK905; 0085 in UCF
	OfSet                      // AK502; 0085 in UCM
	OfSegment                  // AK304; 0085 in UCS
	OfElement                  // AK403; 0085 in UCD
)

// Kind is our own word for a fault, the same in both syntaxes; the syntax gives the code.
type Kind string

// The kinds that comparing with a definition finds; each syntax adds those of its envelopes.
const (
	UnknownSegment    Kind = "unknown_segment"    // no segment of that tag is known
	ForeignSegment    Kind = "foreign_segment"    // known, but no part of this document
	UnexpectedSegment Kind = "unexpected_segment" // part of it, but not here
	LateSegment       Kind = "segment_sequence"   // it should have come before
	MissingSegment    Kind = "missing_segment"
	TooManySegments   Kind = "too_many_segments"
	TooManyLoops      Kind = "too_many_loops"
	EmptySegment      Kind = "empty_segment" // a segment that has to say something says nothing

	MissingElement     Kind = "missing_element"
	MissingPair        Kind = "missing_conditional" // a relational condition asks for it
	ExcludedElement    Kind = "excluded_element"    // a relational condition forbids it
	UnusedElement      Kind = "unused_element"      // the partner's guide does not use it
	TooManyElements    Kind = "too_many_elements"
	TooManyComponents  Kind = "too_many_components"
	TooManyRepetitions Kind = "too_many_repetitions"
	TooShort           Kind = "too_short"
	TooLong            Kind = "too_long"
	BadCharacter       Kind = "bad_character" // also: not a number
	BadCode            Kind = "bad_code"
	UnknownCode        Kind = "unknown_code" // not among those we know of a list that we know in part
	BadDate            Kind = "bad_date"
	BadTime            Kind = "bad_time"
	TrailingSeparator  Kind = "trailing_separator"
)

// Problem is one thing that is wrong, or worth saying, at one place.
type Problem struct {
	Place
	Kind    Kind
	Level   Level
	Scope   Scope
	Code    string // of the syntax's acknowledgement
	ID      string // X12's number of the element, EDIFACT's of the element or composite
	Found   string // what stands there, shortened
	Allowed string // what may stand there
	Message string // in words
	Remedy  string
}

// Text is a value as text: bytes that are no UTF-8 are taken for Latin-1, as old systems write it.
func Text(value []byte) string {
	if utf8.Valid(value) {
		return string(value)
	}
	runes := make([]rune, len(value))
	for i, b := range value {
		runes[i] = rune(b)
	}
	return string(runes)
}

// longest is how much of a value a problem quotes.
const longest = 80

// Quote shortens a value for a problem; what cannot be shown becomes a question mark.
func Quote(value []byte) string {
	short := value
	if len(short) > longest {
		short = short[:longest]
		for len(short) > longest-utf8.UTFMax && !utf8.RuneStart(value[len(short)]) { // no letter is cut in two
			short = short[:len(short)-1]
		}
	}
	quoted := make([]rune, 0, len(short))
	for _, r := range Text(short) {
		if r < ' ' || r == 0x7f || r == '\uFFFD' {
			r = '?'
		}
		quoted = append(quoted, r)
	}
	if len(short) < len(value) {
		return string(quoted) + "…"
	}
	return string(quoted)
}
