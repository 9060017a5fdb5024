package channel

import (
	"fmt"
	"maps"
	"slices"
)

var registered = map[string]Connector{}

// Register makes a connector known; its package calls it from init. Two of one id are a mistake of ours.
func Register(c Connector) {
	id := c.Manifest().ID
	if _, twice := registered[id]; twice || id == "" {
		panic(fmt.Sprintf("registering connector %q: the id is taken or empty", id))
	}
	registered[id] = c
}

// Connectors lists the connectors by id.
func Connectors() []Connector {
	all := make([]Connector, 0, len(registered))
	for _, id := range slices.Sorted(maps.Keys(registered)) {
		all = append(all, registered[id])
	}
	return all
}

// ConnectorByID finds a connector; nil when there is none.
func ConnectorByID(id string) Connector { return registered[id] }
