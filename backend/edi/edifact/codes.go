package edifact

import "tradepost/backend/edi"

// The kinds of problems that EDIFACT's envelope and own rules know, beside those of edi.
const (
	StrayText         edi.Kind = "stray_text"         // text before the first interchange
	BadServiceChar    edi.Kind = "bad_service_char"   // a UNA states characters that cannot separate
	MissingAdvice     edi.Kind = "missing_advice"     // other service characters than the usual ones, and no UNA
	BadSyntax         edi.Kind = "bad_syntax"         // syntax identifier or version that does not exist
	BadCharset        edi.Kind = "bad_charset"        // characters that the announced set has not
	WrappedLines      edi.Kind = "wrapped_lines"      // line breaks inside of segments
	MissingTerminator edi.Kind = "missing_terminator" // a segment seems to begin inside of another, at a line's beginning
	SegmentTooLong    edi.Kind = "segment_too_long"   // longer than a scanner takes
	Truncated         edi.Kind = "truncated"          // the file ends within a segment
	ControlMismatch   edi.Kind = "control_mismatch"   // a trailer has another reference than its header
	CountMismatch     edi.Kind = "count_mismatch"     // a trailer counts otherwise
	DuplicateControl  edi.Kind = "duplicate_control"  // the reference was used before
	MissingTrailer    edi.Kind = "missing_trailer"    // UNT, UNE or UNZ
	MissingHeader     edi.Kind = "missing_header"     // UNH, UNG or UNB
	OutsideMessage    edi.Kind = "outside_message"    // a segment between messages
	MixedGroups       edi.Kind = "mixed_groups"       // messages beside groups
	MixedTypes        edi.Kind = "mixed_types"        // several message types in a group
	NothingInside     edi.Kind = "nothing_inside"     // an interchange or group without messages
	UnknownMessage    edi.Kind = "unknown_message"    // no definition of it
	NearVersion       edi.Kind = "near_version"       // read by the definition of another version
	BadDecimal        edi.Kind = "bad_decimal"        // a number with a mark in the wrong place
	TotalMismatch     edi.Kind = "total_mismatch"     // a control total differs from what it counts
	BadCheckDigit     edi.Kind = "bad_check_digit"    // GTIN, GLN or SSCC
	BrokenHierarchy   edi.Kind = "broken_hierarchy"   // a package lies in one that did not come
	TooManyProblems   edi.Kind = "too_many_problems"  // the rest is not listed
)

// codes are the errors of service code list 0085 by which CONTRL speaks of a kind.
var codes = map[edi.Kind]string{
	edi.UnknownSegment: "15", edi.ForeignSegment: "15", edi.UnexpectedSegment: "15", edi.LateSegment: "15",
	edi.MissingSegment: "13", edi.TooManySegments: "35", edi.TooManyLoops: "36", edi.EmptySegment: "13",
	edi.MissingElement: "13", edi.MissingPair: "48", edi.ExcludedElement: "48", edi.UnusedElement: "15",
	edi.TooManyElements: "16", edi.TooManyComponents: "16", edi.TooManyRepetitions: "35", edi.TooShort: "40", edi.TooLong: "39",
	edi.BadCharacter: "37", edi.BadCode: "12", edi.UnknownCode: "12", edi.BadDate: "12", edi.BadTime: "12",
	edi.TrailingSeparator: "45",

	BadServiceChar: "22", MissingAdvice: "22", BadSyntax: "2", BadCharset: "21", Truncated: "13", MissingTerminator: "13",
	ControlMismatch: "28", CountMismatch: "29", DuplicateControl: "26", MissingTrailer: "13", MissingHeader: "13",
	OutsideMessage: "33", MixedGroups: "30", MixedTypes: "31", NothingInside: "32", BadDecimal: "19",
}
