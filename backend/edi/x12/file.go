package x12

import (
	"io"

	"tradepost/backend/edi"
	"tradepost/backend/edi/check"
	"tradepost/backend/edi/trade"
)

// File reads a file and hands on the documents of each interchange when that is over, with their texts and what is wrong
// with them. An interchange without any is one document of no type. It gives what is wrong with the file as such. Errors are
// those of Check; where yield fails, what follows is not handed on.
func File(source io.Reader, options Options, yield func([]trade.Filed) error) ([]edi.Error, error) {
	f := &filing{reading: reading{documents: []trade.Document{}}, reporter: newReporter(), yield: yield,
		recorder: edi.Recorder{Tags: edi.Tags{Interchange: "ISA", Group: "GS", Set: "ST", GroupEnd: "GE", InterchangeEnd: "IEA"}}}
	if err := Check(source, options, f.reading.handler().And(f.reporter.handler()).And(f.handler())); err != nil {
		return nil, err
	}
	return f.reporter.report.Errors, f.failed
}

// filing gathers the documents of an interchange. It is told of everything behind reading and reporter.
type filing struct {
	reading  reading
	reporter *reporter
	recorder edi.Recorder
	places   []filedPlace // of the documents, beside reading's
	yield    func([]trade.Filed) error
	failed   error
}

// filedPlace is where the report speaks of a document; set is -1 for what stands outside of sets.
type filedPlace struct {
	group, set int
	code       string
}

func (f *filing) handler() Handler {
	return Handler{
		Document: func(*Set) {
			groups := f.reporter.interchange.Groups
			at := len(groups) - 1
			f.places = append(f.places, filedPlace{group: at, set: len(groups[at].Sets) - 1, code: groups[at].Code})
		},
		Segment:        f.segment,
		DocumentEnd:    func(*Set) { f.recorder.SetEnd() },
		InterchangeEnd: f.end,
	}
}

func (f *filing) segment(s *edi.Segment, _ check.Match) {
	terminator := "~"
	if x := f.reading.interchange; x != nil && x.Separators.Terminator != "" {
		terminator = x.Separators.Terminator
	}
	line := edi.Line{Number: s.Line, Text: edi.Text(s.Raw) + terminator}
	f.recorder.Take(string(s.Tag()), line, s.Offset, int64(len(s.Raw)+len(terminator)))
	if len(f.places) < len(f.reading.documents) { // a TA1
		f.places = append(f.places, filedPlace{group: -1, set: -1})
		f.recorder.Alone(line)
	}
}

func (f *filing) end(x *Interchange) {
	f.reporter.report.Settle()
	report := f.reporter.report.Interchanges[0]
	start, end, digest, header := f.recorder.Start, f.recorder.End, f.recorder.Digest(), f.recorder.Header()
	records := f.recorder.Records()
	documents, places := f.reading.documents, f.places
	f.reading.documents, f.places, f.reporter.report.Interchanges = nil, nil, nil
	if len(documents) == 0 {
		documents = []trade.Document{{Interchange: x.Control, Sender: x.Sender, Receiver: x.Receiver, Test: x.Usage == "T"}}
		places, records = []filedPlace{{group: -1, set: -1}}, []*edi.Record{header}
	}
	filed := make([]trade.Filed, len(documents))
	for i := range documents {
		filed[i] = trade.Filed{Document: documents[i], Syntax: edi.X12, SenderKind: x.SenderKind, ReceiverKind: x.ReceiverKind, GroupCode: places[i].code, Errors: report.Errors,
			Start: start, End: end, Digest: digest}
		if i < len(records) {
			filed[i].Lines = records[i].Lines
		}
		filed[i].Accepted = !report.Rejects()
		if at := places[i]; at.set >= 0 {
			group := report.Groups[at.group]
			filed[i].Errors = edi.Around(report.Errors, group.Errors, group.Sets[at.set].Errors)
			filed[i].Accepted = group.Sets[at.set].Accepted
		}
	}
	if f.failed == nil {
		f.failed = f.yield(filed)
	}
}
