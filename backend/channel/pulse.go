package channel

// Pulse is a channel's last day: orders per hour, oldest first.
type Pulse struct {
	Channel  Channel
	Hours    []int
	Orders24 int
}
