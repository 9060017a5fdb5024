package practice

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"tradepost/backend/fault"
)

// Site is a company that answers on this computer: each shop at an address of its own, and the panel.
type Site struct {
	company   *Company
	listeners []net.Listener // of the panel, then of the shops

	// Panel is the address of the panel.
	Panel string
	// Vendors say how to connect each shop.
	Vendors []Vendor
	// Storeroom is a file with the count of the storeroom, to be imported: from then on Tradepost tracks that stock.
	Storeroom string
}

// Vendor is how one shop is connected. What it names is good for nothing but this practice.
type Vendor struct {
	Connector string            `json:"connector"`
	Name      string            `json:"name"`
	URL       string            `json:"url"`
	Options   map[string]string `json:"options"`
	Secrets   map[string]string `json:"secrets"`
	// Connect are the arguments of `tradepost` that connect it; the secrets stand in files.
	Connect []string `json:"connect"`
}

// Listen opens the company to this computer alone. address is the panel's, the shops take the ports behind it; an empty one
// means where it was the last time, so that connections still fit.
func (c *Company) Listen(address string) (*Site, error) {
	ports, err := c.ports(address)
	if err != nil {
		return nil, err
	}
	site := &Site{company: c}
	for _, port := range ports {
		listener, err := net.Listen("tcp", net.JoinHostPort(loopback, strconv.Itoa(port)))
		if err != nil {
			site.shut()
			return nil, fault.Wrap(err, fault.Conflict, fmt.Sprintf("The port %d is taken.", port), "End what has it, or choose others with --listen 127.0.0.1:0; connections must then be told.").InField("listen")
		}
		site.listeners = append(site.listeners, listener)
	}
	if err := c.keepPorts(site.listeners); err != nil {
		site.shut()
		return nil, err
	}
	return site, site.tell()
}

const loopback = "127.0.0.1"

// ports are those of the panel and the shops; 0 is a free one.
func (c *Company) ports(address string) ([]int, error) {
	ports := make([]int, len(c.shops)+1)
	if address == "" {
		copy(ports, c.marks.Ports)
		return ports, nil
	}
	host, port, err := net.SplitHostPort(address)
	first, convErr := strconv.Atoi(port)
	if err != nil || convErr != nil || host != loopback && host != "localhost" || first < 0 || first+len(c.shops) > 65535 {
		return nil, fault.New(fault.Invalid, fmt.Sprintf("%q is not an address of this computer alone.", address), "Use 127.0.0.1:0, or 127.0.0.1 with a port.").InField("listen")
	}
	for i := range ports {
		if first > 0 {
			ports[i] = first + i
		}
	}
	return ports, nil
}

func (c *Company) keepPorts(listeners []net.Listener) error {
	var ports []int
	for i, l := range listeners {
		at := l.Addr().(*net.TCPAddr).Port //nolint:forcetypeassert // it was opened as tcp
		ports = append(ports, at)
		if i > 0 {
			c.shops[i-1].address = "http://" + l.Addr().String()
		}
	}
	if slices.Equal(ports, c.marks.Ports) {
		return nil
	}
	c.marks.Ports = ports
	return c.keepMarks()
}

// tell says how each shop is connected, and keeps the secrets in files.
func (s *Site) tell() error {
	s.Storeroom = filepath.Join(s.company.dir, storeroomFile)
	if err := os.WriteFile(s.Storeroom, s.company.Count(), fileMode); err != nil {
		return fault.Wrap(err, fault.Full, "The folder “"+s.company.dir+"” cannot be written.", "Make room, or name another one with --dir.")
	}
	s.Panel = panelAt(s.company.marks.Ports[0])
	for _, shop := range s.company.shops {
		options, secrets := shop.connection()
		v := Vendor{Connector: shop.id, Name: shop.Name, URL: shop.address, Options: options, Secrets: secrets,
			Connect: []string{"--data", s.company.dir, "connect", shop.id, shop.Name}}
		for _, name := range slices.Sorted(maps.Keys(options)) {
			v.Connect = append(v.Connect, "--set", name+"="+options[name])
		}
		for _, name := range slices.Sorted(maps.Keys(secrets)) {
			path := filepath.Join(s.company.dir, keysDir, shop.id+"."+name)
			if err := os.WriteFile(path, []byte(secrets[name]+"\n"), fileMode); err != nil {
				return fault.Wrap(err, fault.Full, "The folder “"+s.company.dir+"” cannot be written.", "Make room, or name another one with --dir.")
			}
			v.Connect = append(v.Connect, "--secret", name+"=@"+path)
		}
		s.Vendors = append(s.Vendors, v)
	}
	return nil
}

// Line is the whole command that connects a shop, as a person types it.
func (v Vendor) Line() string {
	words := []string{"tradepost"}
	for _, word := range v.Connect {
		if strings.ContainsAny(word, " '\"\\$&()<>|;*?") {
			word = "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
		}
		words = append(words, word)
	}
	return strings.Join(words, " ")
}

// Run answers and lets the company move until ctx ends.
func (s *Site) Run(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	moved := make(chan error, 1)
	go func() {
		moved <- s.company.Run(ctx)
		stop()
	}()
	called := make(chan struct{})
	go func() {
		s.company.office.run(ctx)
		close(called)
	}()
	err := s.Answer(ctx)
	stop()
	<-called
	return errors.Join(err, <-moved)
}

// Answer answers until ctx ends, while the company stands still.
func (s *Site) Answer(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	handlers := []http.Handler{s.company.panel(s.listeners[0].Addr().String())}
	for _, shop := range s.company.shops {
		handlers = append(handlers, s.company.door(shop))
	}
	var busy sync.WaitGroup
	errs := make([]error, len(handlers))
	for i, handler := range handlers {
		busy.Go(func() {
			defer stop()
			errs[i] = answer(ctx, s.listeners[i], handler)
		})
	}
	busy.Wait()
	return errors.Join(errs...)
}

// answer serves one address until ctx ends.
func answer(ctx context.Context, listener net.Listener, handler http.Handler) error {
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: time.Minute}
	ended := context.AfterFunc(ctx, func() {
		patience, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		if server.Shutdown(patience) != nil {
			_ = server.Close()
		}
	})
	defer ended()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

func (s *Site) shut() {
	for _, l := range s.listeners {
		_ = l.Close()
	}
}

// Settings lists what a person has to type into the form of the connector, in order.
func (v Vendor) Settings() [][2]string {
	var all [][2]string
	for _, settings := range []map[string]string{v.Options, v.Secrets} {
		for _, name := range slices.Sorted(maps.Keys(settings)) {
			all = append(all, [2]string{name, settings[name]})
		}
	}
	return all
}
