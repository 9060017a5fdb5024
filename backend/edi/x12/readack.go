package x12

import "tradepost/backend/edi/trade"

// ackReading reads a 997 or 999.
type ackReading struct{ ack *trade.Acknowledgement }

func (a *ackReading) take(f fields) {
	switch tag := string(f.Tag()); tag {
	case "AK1":
		a.ack.Code, a.ack.Control = f.text(1), f.text(2)
	case "AK2":
		a.ack.Sets = append(a.ack.Sets, trade.SetAck{Type: f.text(1), Control: f.text(2), Notes: []trade.Coded{}, Faults: []trade.Fault{}})
	case "AK9":
		a.ack.Verdict = f.coded(1)
		a.ack.Notes = notesOf(f, 5)
	}
	if len(a.ack.Sets) == 0 {
		return
	}
	set := &a.ack.Sets[len(a.ack.Sets)-1]
	switch tag := string(f.Tag()); tag {
	case "AK3", "IK3":
		set.Faults = append(set.Faults, trade.Fault{Segment: f.text(1), Position: f.text(2), Code: f.coded(4)})
	case "AK4", "IK4":
		fault := trade.Fault{Element: f.Part(1, 1), Code: f.coded(3), Found: f.text(4)}
		if len(set.Faults) > 0 {
			last := set.Faults[len(set.Faults)-1]
			fault.Segment, fault.Position = last.Segment, last.Position
		}
		set.Faults = append(set.Faults, fault)
	case "AK5", "IK5":
		set.Verdict = f.coded(1)
		set.Notes = notesOf(f, 2)
	}
}

// notesOf are the codes from element n on.
func notesOf(f fields, n int) []trade.Coded {
	notes := []trade.Coded{}
	for ; n <= f.Len(); n++ {
		if note := f.coded(n); note.Code != "" {
			notes = append(notes, note)
		}
	}
	return notes
}
