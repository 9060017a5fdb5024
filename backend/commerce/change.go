package commerce

// FieldChange is one value that differs. Field is "total", "lines.12.quantity" (12 is the line's id; "lines.new" for a
// line that was added) or "ship_to.city". A personal change carries no values once stored: Contact and the versions From
// and To tell where they live. Role is that of a party, or the id of the product that a variant shares the value with.
type FieldChange struct {
	Field    string `json:"field"`
	Before   string `json:"before"`
	After    string `json:"after"`
	Personal bool   `json:"personal,omitempty"`
	Role     string `json:"role,omitempty"`
	Contact  int64  `json:"contact,omitempty"`
	From     int64  `json:"from,omitempty"`
	To       int64  `json:"to,omitempty"`
	Line     int64  `json:"line,omitempty"`
}
