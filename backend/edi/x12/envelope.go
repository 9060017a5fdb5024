package x12

import (
	"strings"

	"tradepost/backend/edi"
)

// The kinds of faults in envelopes, beside those of edi and of the reader.
const (
	MissingTrailer    edi.Kind = "missing_trailer"
	MissingHeader     edi.Kind = "missing_header"
	ControlMismatch   edi.Kind = "control_mismatch" // trailer and header have different control numbers
	CountMismatch     edi.Kind = "count_mismatch"   // a trailer counts differently
	DuplicateControl  edi.Kind = "duplicate_control"
	UnknownSet        edi.Kind = "unknown_set"
	UnknownVersion    edi.Kind = "unknown_version"
	WrongGroup        edi.Kind = "wrong_group" // the set does not travel in groups of that code
	BadEnvelope       edi.Kind = "bad_envelope"
	StraySegment      edi.Kind = "stray_segment" // a segment outside of sets
	BrokenHierarchy   edi.Kind = "broken_hierarchy"
	TotalMismatch     edi.Kind = "total_mismatch"
	NumberingMismatch edi.Kind = "numbering"
)

// Interchange is what an ISA says.
type Interchange struct {
	Authorisation [2]string // ISA01, ISA02
	Security      [2]string // ISA03, ISA04
	SenderKind    string    // ISA05
	Sender        string    // ISA06 without padding
	ReceiverKind  string    // ISA07
	Receiver      string    // ISA08
	Date, Time    string    // ISA09, ISA10
	Version       string    // ISA12
	Control       string    // ISA13
	AckWanted     string    // ISA14
	Usage         string    // ISA15: P, T or I
	Separators    Separators
	groups        int
	acks          bool            // it holds a TA1
	controls      map[string]bool // of its groups
}

// Group is what a GS says. It is implied where sets stand without one.
type Group struct {
	Code           string // GS01
	Sender         string // GS02
	Receiver       string // GS03
	Date, Time     string
	Control        string // GS06
	Agency         string // GS07
	Version        string // GS08
	Implied        bool
	Stated         string // GE01: how many sets its sender counted; "" without GE
	Sets           int    // how many there are
	controls       map[string]bool
	versionUnknown bool
}

// Set is what an ST says.
type Set struct {
	Type     string // ST01
	Control  string // ST02
	Guide    string // ST03
	Version  string // by which it is checked
	Known    bool   // its definition is known; else only its envelope is checked
	Segments int
	trailed  bool // separators at the end of a segment were spoken of
}

// isAck reports whether a group holds acknowledgements, which are never acknowledged themselves.
func (g *Group) isAck() bool { return g.Code == "FA" }

func interchangeOf(s *edi.Segment, separators Separators) *Interchange {
	text := func(n int) string { return strings.Trim(s.Text(n), " \u00a0") }
	return &Interchange{Authorisation: [2]string{text(1), text(2)}, Security: [2]string{text(3), text(4)},
		SenderKind: text(5), Sender: text(6), ReceiverKind: text(7), Receiver: text(8), Date: text(9), Time: text(10),
		Version: text(12), Control: text(13), AckWanted: text(14), Usage: text(15), Separators: separators, controls: map[string]bool{}}
}

// first is an element up to its first component or repetition: where a separator was put into an envelope by mistake.
func first(s *edi.Segment, n int) string { return string(s.Component(n, 1, 1)) }

func groupOf(s *edi.Segment) *Group {
	return &Group{Code: first(s, 1), Sender: s.Text(2), Receiver: s.Text(3), Date: first(s, 4), Time: first(s, 5), Control: first(s, 6),
		Agency: first(s, 7), Version: first(s, 8), controls: map[string]bool{}}
}
