package workspace

import (
	"net"

	"tradepost/backend/fault"
)

// listen opens a loopback port. Windows knows Unix sockets, but not their modes; here the token in owner.json, in the
// user's own profile, keeps others out.
func listen(*Dir) (net.Listener, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fault.Wrap(err, fault.Unavailable, "Tradepost could not open a port on this computer.",
			"Look whether a firewall forbids local connections, then try again.")
	}
	return listener, nil
}
