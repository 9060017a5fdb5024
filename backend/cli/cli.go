// Package cli is the commands. Each speaks the HTTP API, to the Tradepost that has the workspace open or, when none has,
// to one that the command opens for as long as it takes. Exit codes: 0 done, 1 failed, 2 usage, 3 done but some records
// were quarantined.
package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"

	"github.com/spf13/cobra"

	"tradepost/backend/fault"
)

// The exit codes.
const (
	exitDone        = 0
	exitFailed      = 1
	exitUsage       = 2
	exitQuarantined = 3
)

// Program is what the commands need of the program around them.
type Program struct {
	Version     string
	DefaultPath string // where the workspace lies when --data does not say
	// Reach gives a way to the API of the workspace in dir and how to end it. works is true for commands that do long
	// work: the one who opens the workspace for them then takes up what a crash left.
	Reach func(ctx context.Context, dir string, works bool) (http.RoundTripper, func() error, error)
	// Serve serves the workspace until ctx ends; ready is called once with address and token.
	Serve func(ctx context.Context, dir string, options ServeOptions, ready func(url, token string)) error
	// Window opens the window.
	Window func(ctx context.Context, dir string) error
	// Practise runs practice mode until ctx ends; ready is called once when all of it answers.
	Practise func(ctx context.Context, options PracticeOptions, ready func(Practising)) error
	// Answer has the workspace open for vendors that call until ctx ends; ready is called once, with false where another Tradepost answers them already.
	Answer func(ctx context.Context, dir string, ready func(running bool)) error
	// Restore replaces the database of the workspace by a backup.
	Restore func(ctx context.Context, dir, file string) error
	// Describe gives the OpenAPI document.
	Describe func() ([]byte, error)
}

// ServeOptions say how a workspace is served.
type ServeOptions struct {
	Listen   string
	ReadOnly bool
	Hooks    bool // take deliveries of webhooks from anywhere
}

// shell is one invocation.
type shell struct {
	program Program
	out     io.Writer
	err     io.Writer
	data    string
	asJSON  bool
	exit    int
	parsed  bool // flags and arguments were understood
}

// Run runs one command line (without the program's name) and returns its exit code.
func Run(ctx context.Context, program Program, args []string, out, errOut io.Writer) int {
	return RunWith(ctx, program, args, os.Stdin, out, errOut)
}

// RunWith is Run with another standard input.
func RunWith(ctx context.Context, program Program, args []string, in io.Reader, out, errOut io.Writer) int {
	s := &shell{program: program, out: out, err: errOut}
	root := s.root()
	root.SetArgs(args)
	root.SetIn(in)
	root.SetOut(out)
	root.SetErr(errOut)
	if err := root.ExecuteContext(ctx); err != nil {
		return s.fail(err)
	}
	return s.exit
}

func (s *shell) root() *cobra.Command {
	root := &cobra.Command{Use: "tradepost", Short: "Unified commerce on your own desk", SilenceUsage: true, SilenceErrors: true,
		Long: "Tradepost keeps the orders of all your channels in one file that you own.\nWithout a command it opens the window.",
		Args: cobra.NoArgs, PersistentPreRun: func(*cobra.Command, []string) { s.parsed = true },
		RunE: func(cmd *cobra.Command, _ []string) error { return s.program.Window(cmd.Context(), s.data) }}
	root.PersistentFlags().StringVar(&s.data, "data", "", "the workspace folder (default "+s.program.DefaultPath+")")
	root.PersistentFlags().BoolVar(&s.asJSON, "json", false, "answer in JSON")
	root.AddCommand(s.recognise(), s.imports(), s.exports(), s.templates(), s.profiles(), s.orders(), s.products(), s.variants(), s.listings(), s.prices(), s.customers(), s.stock(), s.drift(), s.locations(), s.stocktake(), s.kits(), s.suppliers(), s.purchase(), s.channels(),
		s.watch(), s.schedule(), s.servers(), s.secrets(), s.runs(), s.quarantine(), s.serve(), s.backup(),
		s.restore(), s.doctor(), s.version(), s.openapi(), s.practice(),
		s.connectors(), s.connect(), s.check(), s.connections(), s.sync(), s.plans(), s.push(), s.ediCommand(), s.books(), s.qbwc())
	return root
}

// fail says what went wrong and picks the exit code.
func (s *shell) fail(err error) int {
	var usage usageError
	if s.parsed && s.asJSON && errors.As(err, &usage) {
		err = fault.New(fault.Invalid, usage.words, "See: tradepost --help").InField("arguments")
	} else if !s.parsed || errors.As(err, &usage) {
		_, _ = fmt.Fprintf(s.err, "tradepost: %v\nSee: tradepost --help\n", err)
		return exitUsage
	}
	coded := fault.Of(err)
	if s.asJSON {
		_ = json.NewEncoder(s.err).Encode(map[string]any{"error": map[string]string{"code": string(coded.Code), "message": coded.Message, "remedy": coded.Remedy, "field": coded.Field}})
	} else {
		_, _ = fmt.Fprintf(s.err, "tradepost: %s\n", coded.Message)
		if coded.Remedy != "" {
			_, _ = fmt.Fprintln(s.err, coded.Remedy)
		}
	}
	if coded.Code == fault.Internal && !s.asJSON {
		_, _ = fmt.Fprintf(s.err, "(%v)\n", err)
	}
	if coded.Code == fault.Invalid && coded.Field != "" {
		return exitUsage
	}
	return exitFailed
}

// usageError is a command line that was not understood.
type usageError struct{ words string }

func (e usageError) Error() string { return e.words }

// print answers with body in JSON, or in words by text.
func (s *shell) print(body any, text func(io.Writer)) error {
	if !s.asJSON {
		text(s.out)
		return nil
	}
	encoder := json.NewEncoder(s.out)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(body)
}

// with runs do with a way to the API of the workspace.
func (s *shell) with(ctx context.Context, works bool, do func(*client) error) error {
	transport, end, err := s.program.Reach(ctx, s.data, works)
	if err != nil {
		return err
	}
	err = do(&client{http: &http.Client{Transport: transport}, ctx: ctx})
	return errors.Join(err, end())
}
