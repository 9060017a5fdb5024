package x12

import "tradepost/backend/edi"

// codes gives each kind of fault its code, by where it belongs (elements 723, 720, 718, 716 and I18 of X12).
var codes = map[edi.Scope]map[edi.Kind]string{
	edi.OfElement: {edi.MissingElement: "1", edi.MissingPair: "2", edi.TooManyElements: "3", edi.TooShort: "4", edi.TooLong: "5",
		edi.BadCharacter: "6", edi.BadCode: "7", edi.UnknownCode: "7", edi.BadDate: "8", edi.BadTime: "9", edi.ExcludedElement: "10",
		edi.UnusedElement: "10", edi.TooManyRepetitions: "12", edi.TooManyComponents: "13", BrokenHierarchy: "7", TotalMismatch: "7",
		NumberingMismatch: "7"},
	edi.OfSegment: {edi.UnknownSegment: "1", edi.UnexpectedSegment: "2", edi.MissingSegment: "3", edi.TooManyLoops: "4",
		edi.TooManySegments: "5", edi.ForeignSegment: "6", edi.LateSegment: "7"},
	edi.OfSet: {UnknownSet: "1", MissingTrailer: "2", ControlMismatch: "3", CountMismatch: "4", BadEnvelope: "6", edi.MissingElement: "7",
		DuplicateControl: "23", WrongGroup: "18"},
	edi.OfGroup: {UnknownVersion: "2", MissingTrailer: "3", ControlMismatch: "4", CountMismatch: "5", DuplicateControl: "19"},
	edi.OfInterchange: {ControlMismatch: "001", BadTerminator: "004", CountMismatch: "021", MissingTrailer: "023", MissingHeader: "022",
		StraySegment: "022", DuplicateControl: "025", LooseHeader: "022", SegmentTooLong: "024", BadSeparator: "027",
		edi.MissingElement: "022"},
}

// headerCodes are the codes for faults in ISA01 to ISA16.
var headerCodes = [17]string{"", "010", "011", "012", "013", "005", "006", "007", "008", "014", "015", "016", "017", "018", "019", "020", "027"}

// groupCodes are the codes for faults in elements of GS and GE, where there are any: the group as such, its number, its
// version.
var groupCodes = map[int]string{1: "1", 6: "6", 7: "2", 8: "2"}

func codeOf(p *edi.Problem) string { return codes[p.Scope][p.Kind] }
