package edi

// Explanation is a file in plain words: what its documents say in sum, and every segment with what it means.
type Explanation struct {
	Report    *Report            `json:"report" nullable:"false"`
	Documents []DocumentSummary  `json:"documents"`
	Segments  []ExplainedSegment `json:"segments"`
	More      int                `json:"more" doc:"Segments after the last one explained here"`
}

// DocumentSummary is one set or message in a merchant's words.
type DocumentSummary struct {
	Type    string `json:"type"`
	Label   string `json:"label" doc:"What kind of document it is"`
	Control string `json:"control"`
	Title   string `json:"title"`
	Facts   []Fact `json:"facts"`
}

// Fact is one thing a document says.
type Fact struct {
	Label string `json:"label"`
	Value string `json:"value"`
}

// ExplainedSegment is a segment with what it means.
type ExplainedSegment struct {
	Tag      string             `json:"tag"`
	Label    string             `json:"label"`
	Words    string             `json:"words" doc:"What it says, in a sentence"`
	Document int                `json:"document" doc:"Which document it belongs to, from 1; 0 for envelopes"`
	Position int                `json:"position" doc:"In its document"`
	Depth    int                `json:"depth" doc:"How many loops are open around it"`
	Loop     string             `json:"loop"`
	Opens    bool               `json:"opens" doc:"It begins a pass of its loop"`
	Offset   int64              `json:"offset" doc:"Bytes from the start of the file"`
	Line     int                `json:"line"`
	Raw      string             `json:"raw"`
	Elements []ExplainedElement `json:"elements"`
	Errors   []Error            `json:"errors"`
}

// ExplainedElement is an element or component with what it means.
type ExplainedElement struct {
	Name    string `json:"name" doc:"As in PO103"`
	Label   string `json:"label"`
	Value   string `json:"value"`
	Meaning string `json:"meaning" doc:"In words; empty where the value says it all"`
	At      int    `json:"at" doc:"Where it begins in raw, in UTF-16 units, as JavaScript counts"`
	Length  int    `json:"length" doc:"How long it is in raw, with release characters, in UTF-16 units"`
	Element int    `json:"element"`
	Part    int    `json:"part" doc:"The component, 0 where there are none"`
}
