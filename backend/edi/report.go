package edi

// Report is what is told of a file: its interchanges from the outside in, each with its errors.
type Report struct {
	Syntax       Syntax        `json:"syntax" doc:"x12 or edifact"`
	Interchanges []Interchange `json:"interchanges"`
	Accepted     bool          `json:"accepted" doc:"Everything in the file can be used"`
	Errors       []Error       `json:"errors" doc:"What belongs to no interchange"`
}

// Interchange is one envelope: ISA to IEA, UNB to UNZ.
type Interchange struct {
	Control  string  `json:"control"`
	Sender   string  `json:"sender" doc:"The sender's id, without its qualifier and padding"`
	Receiver string  `json:"receiver"`
	Version  string  `json:"version" doc:"ISA12, or UNB's syntax and version"`
	Test     bool    `json:"test" doc:"Marked as a test"`
	Accepted bool    `json:"accepted"`
	Groups   []Group `json:"groups" doc:"EDIFACT without groups has one without control number"`
	Errors   []Error `json:"errors"`
}

// Group is a functional group: GS to GE, UNG to UNE.
type Group struct {
	Control  string  `json:"control"`
	Code     string  `json:"code" doc:"PO, IN, SH, ...; the message type in EDIFACT"`
	Version  string  `json:"version"`
	Accepted bool    `json:"accepted"`
	Sets     []Set   `json:"sets"`
	Errors   []Error `json:"errors"`
}

// Set is a transaction set or message: ST to SE, UNH to UNT.
type Set struct {
	Type     string  `json:"type" doc:"850, ORDERS, ..."`
	Control  string  `json:"control"`
	Version  string  `json:"version"`
	Known    bool    `json:"known" doc:"Its definition is known; where it is not, only the envelope was checked"`
	Accepted bool    `json:"accepted"`
	Segments int     `json:"segments"`
	Errors   []Error `json:"errors"`
}

// Error is a Problem as reports write it. What does not apply is null or left out.
type Error struct {
	Code       string `json:"code" doc:"Of the syntax's acknowledgement: AK403, AK304, AK502, AK905 or TA105; 0085 in EDIFACT. Empty where none has one"`
	Kind       Kind   `json:"kind"`
	Level      string `json:"level" doc:"error, noted (accepted all the same) or hint (never acknowledged)"`
	Segment    string `json:"segment"`
	Position   *int   `json:"position" doc:"Of the segment in its set; ST and UNH are 1"`
	Element    *int   `json:"element"`
	Component  *int   `json:"component"`
	Repetition *int   `json:"repetition"`
	Loop       string `json:"loop,omitempty"`
	ID         string `json:"id,omitempty" doc:"The element's number in its directory"`
	Found      string `json:"found"`
	Allowed    string `json:"allowed,omitempty"`
	Message    string `json:"message"`
	Remedy     string `json:"remedy,omitempty"`
	Offset     int64  `json:"offset" doc:"Bytes from the start of the file"`
	Line       int    `json:"line"`
}

// ErrorOf writes a problem for a report.
func ErrorOf(p Problem) Error {
	return Error{Code: p.Code, Kind: p.Kind, Level: p.Level.Word(), Segment: p.Segment, Position: stated(p.Position),
		Element: stated(p.Element), Component: stated(p.Component), Repetition: stated(p.Repetition), Loop: p.Loop, ID: p.ID,
		Found: p.Found, Allowed: p.Allowed, Message: p.Message, Remedy: p.Remedy, Offset: p.Offset, Line: p.Line}
}

func stated(number int) *int {
	if number == 0 {
		return nil
	}
	return &number
}

// Outcome says how much of a file can be used.
type Outcome int

// The outcomes.
const (
	Accepted Outcome = iota
	InPart
	Rejected
)

// Outcome is InPart when some sets can be used and some cannot, or when a file with usable sets is damaged elsewhere.
func (r *Report) Outcome() Outcome {
	if r.Accepted {
		return Accepted
	}
	for _, interchange := range r.Interchanges {
		for _, group := range interchange.Groups {
			for _, set := range group.Sets {
				if set.Accepted {
					return InPart
				}
			}
		}
	}
	return Rejected
}

// Settle works out from the errors, from the inside out, what is accepted. A set falls with its interchange or group
// when these were rejected as a whole; a group or interchange counts as accepted only when all of it is.
func (r *Report) Settle() {
	r.Accepted = !rejects(r.Errors) && len(r.Interchanges) > 0
	for i := range r.Interchanges {
		r.Interchanges[i].settle()
		r.Accepted = r.Accepted && r.Interchanges[i].Accepted
	}
}

// Rejects reports whether the interchange is rejected as a whole.
func (x *Interchange) Rejects() bool { return rejects(x.Errors) }

// Around is what is wrong with a set: its own errors behind those of the envelopes around it.
func Around(envelopes ...[]Error) []Error {
	all := []Error{}
	for _, errors := range envelopes {
		all = append(all, errors...)
	}
	return all
}

func (x *Interchange) settle() {
	sound := !rejects(x.Errors)
	x.Accepted = sound
	for i := range x.Groups {
		x.Groups[i].settle(sound)
		x.Accepted = x.Accepted && x.Groups[i].Accepted
	}
}

func (g *Group) settle(sound bool) {
	sound = sound && !rejects(g.Errors)
	g.Accepted = sound
	for i := range g.Sets {
		g.Sets[i].Accepted = sound && !rejects(g.Sets[i].Errors)
		g.Accepted = g.Accepted && g.Sets[i].Accepted
	}
}

func rejects(errors []Error) bool {
	for _, e := range errors {
		if e.Level == Rejects.Word() {
			return true
		}
	}
	return false
}
