package commerce

import "time"

// Instant is a moment as UTC milliseconds since 1970. Zero means "not stated".
type Instant int64

// InstantOf converts t; the zero time becomes "not stated".
func InstantOf(t time.Time) Instant {
	if t.IsZero() {
		return 0
	}
	return Instant(t.UnixMilli())
}

// Time converts back, in UTC. The zero Instant becomes the zero time.
func (i Instant) Time() time.Time {
	if i == 0 {
		return time.Time{}
	}
	return time.UnixMilli(int64(i)).UTC()
}

// String is RFC 3339 in UTC, with milliseconds only where there are any; "" when not stated.
func (i Instant) String() string {
	if i == 0 {
		return ""
	}
	if i%1000 == 0 {
		return i.Time().Format("2006-01-02T15:04:05Z")
	}
	return i.Time().Format("2006-01-02T15:04:05.000Z")
}

// ParseInstant reads what String wrote; "" is "not stated".
func ParseInstant(text string) (Instant, error) {
	if text == "" {
		return 0, nil
	}
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return 0, err
	}
	return InstantOf(t), nil
}

// Precision says how finely a source stated an instant.
type Precision string

// The precisions, finest first.
const (
	PrecisionMillisecond Precision = "millisecond"
	PrecisionSecond      Precision = "second"
	PrecisionMinute      Precision = "minute"
	PrecisionDay         Precision = "day"
)

// ZoneSource says who named the time zone in which a source's clock text was read.
type ZoneSource string

// The zone sources: the text itself, the person (--zone), the channel, the workspace.
const (
	ZoneFromFile      ZoneSource = "file"
	ZoneFromOption    ZoneSource = "option"
	ZoneFromChannel   ZoneSource = "channel"
	ZoneFromWorkspace ZoneSource = "workspace"
)

// Stamp is an instant with how precisely it was stated and where its zone came from. Zone is an IANA name or an
// offset such as "-08:00".
type Stamp struct {
	At         Instant
	Precision  Precision
	Zone       string
	ZoneSource ZoneSource
}
