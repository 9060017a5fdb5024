package customer

// Customer is a person or company that buys. Contact is their own, as customer files state it, or else that of their
// latest order.
type Customer struct {
	ID      int64
	Version int64
	Contact Contact
	Orders  int // orders that name them as the buyer
}
