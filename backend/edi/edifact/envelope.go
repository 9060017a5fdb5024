package edifact

import (
	"strings"

	"tradepost/backend/edi"
	"tradepost/backend/edi/check"
	"tradepost/backend/edi/definition"
)

// Address is one end of an interchange: UNB's S002 or S003.
type Address struct {
	ID        string
	Qualifier string // what kind of number it is: 14 is a GLN
	Internal  string
}

// Interchange is what a UNB states.
type Interchange struct {
	Place       edi.Place
	Syntax      string // UNOA to UNOY
	Version     string // 1 to 4
	Sender      Address
	Receiver    Address
	Date, Time  string
	Control     string
	Application string
	AckWanted   bool // a CONTRL is asked for
	Test        bool
	Delimiters  Delimiters
	Advised     bool // it has a UNA
}

// Group is what a UNG states.
type Group struct {
	Control  string
	Type     string
	Sender   Address
	Receiver Address
	Version  Version
}

// Version is which definition of a message is meant: D, 96A, UN, EAN008.
type Version struct{ Version, Release, Agency, Association string }

// Words is the version as people write it: D.96A EAN008.
func (v Version) Words() string {
	return strings.TrimSpace(v.Version + "." + v.Release + " " + v.Association)
}

// Message is what a UNH states.
type Message struct {
	Place       edi.Place
	Control     string
	Type        string
	Version     Version
	Interchange *Interchange
	Set         *definition.Set // nil where the message is not known in any version
	Near        bool            // its version is not known: Set is of the nearest one, and is not held against it
	Segments    int             // that there are, UNH and UNT too; known at its end
}

// Handler takes what a check meets.
type Handler = check.Handler[Interchange, Group, Message, Segment]

func addressOf(s *Segment, element int) Address {
	return Address{ID: s.text(element, 1), Qualifier: s.text(element, 2), Internal: s.text(element, 3)}
}

func interchangeOf(s *Segment, d Delimiters) *Interchange {
	return &Interchange{Place: s.PlaceOf(0, 0, 0), Syntax: s.text(1, 1), Version: s.text(1, 2), Sender: addressOf(s, 2),
		Receiver: addressOf(s, 3), Date: s.text(4, 1), Time: s.text(4, 2), Control: s.text(5, 1), Application: s.text(7, 1),
		AckWanted: s.text(9, 1) == "1", Test: s.text(11, 1) == "1", Delimiters: d}
}

func groupOf(s *Segment) *Group {
	return &Group{Type: s.text(1, 1), Sender: addressOf(s, 2), Receiver: addressOf(s, 3), Control: s.text(5, 1), Version: Version{Version: s.text(7, 1), Release: s.text(7, 2),
		Agency: s.text(6, 1), Association: s.text(7, 3)}}
}

func messageOf(s *Segment, x *Interchange) *Message {
	return &Message{Place: s.PlaceOf(0, 0, 0), Control: s.text(1, 1), Type: s.text(2, 1), Interchange: x, Version: Version{
		Version: s.text(2, 2), Release: s.text(2, 3), Agency: s.text(2, 4), Association: s.text(2, 5)}}
}
