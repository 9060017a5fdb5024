package value

import (
	"strings"
	"sync"
	"time"
)

// ZoneNamed finds the zone of a name as point-of-sale systems write it beside their times: "Eastern Time (US & Canada)",
// "London", or an identifier such as Europe/Berlin. ok is false for a name not known.
func ZoneNamed(name string) (zone *time.Location, ok bool) {
	if name == "" || len(name) > 64 {
		return nil, false
	}
	if known, ok := zonesByName.Load(name); ok {
		zone, _ = known.(*time.Location)
		return zone, zone != nil
	}
	zone = findZone(name)
	if zone != nil { // only what exists is kept, so that a file cannot fill the memory
		zonesByName.Store(name, zone)
	}
	return zone, zone != nil
}

var zonesByName sync.Map

func findZone(name string) *time.Location {
	id, known := namedZones[strings.ToLower(name)]
	if !known {
		if !strings.Contains(name, "/") && name != "UTC" {
			return nil
		}
		id = name
	}
	zone, err := time.LoadLocation(id)
	if err != nil {
		return nil
	}
	return zone
}

// namedZones are the names that are no identifiers, in small letters.
var namedZones = map[string]string{
	"hawaii": "Pacific/Honolulu", "alaska": "America/Juneau", "pacific time (us & canada)": "America/Los_Angeles",
	"arizona": "America/Phoenix", "mountain time (us & canada)": "America/Denver", "central time (us & canada)": "America/Chicago",
	"eastern time (us & canada)": "America/New_York", "indiana (east)": "America/Indiana/Indianapolis",
	"atlantic time (canada)": "America/Halifax", "newfoundland": "America/St_Johns", "saskatchewan": "America/Regina",
	"puerto rico": "America/Puerto_Rico", "tijuana": "America/Tijuana", "mexico city": "America/Mexico_City",
	"london": "Europe/London", "edinburgh": "Europe/London", "dublin": "Europe/Dublin", "lisbon": "Europe/Lisbon",
	"paris": "Europe/Paris", "madrid": "Europe/Madrid", "berlin": "Europe/Berlin", "rome": "Europe/Rome",
	"amsterdam": "Europe/Amsterdam", "brussels": "Europe/Brussels", "vienna": "Europe/Vienna", "warsaw": "Europe/Warsaw",
	"tokyo": "Asia/Tokyo", "osaka": "Asia/Tokyo", "sapporo": "Asia/Tokyo",
	"perth": "Australia/Perth", "adelaide": "Australia/Adelaide", "darwin": "Australia/Darwin", "brisbane": "Australia/Brisbane",
	"sydney": "Australia/Sydney", "melbourne": "Australia/Melbourne", "canberra": "Australia/Melbourne", "hobart": "Australia/Hobart",
	"auckland": "Pacific/Auckland", "wellington": "Pacific/Auckland",
}
