package workspace

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

// childDir makes this test binary play the owner of the workspace it names: another process, as in real life.
const childDir = "TRADEPOST_TEST_OWNER_OF"

func TestMain(m *testing.M) {
	if path := os.Getenv(childDir); path != "" {
		os.Exit(beOwner(path))
	}
	goleak.VerifyTestMain(m)
}

// beOwner owns the workspace, serves "owned by PID" and says "ready"; it ends cleanly when its input does.
func beOwner(path string) int {
	dir, err := Open(path)
	if err != nil {
		fmt.Println(err)
		return 1
	}
	owner, err := dir.Lock()
	if err != nil {
		fmt.Println(err)
		return 1
	}
	listener, token, err := owner.Listen()
	if err != nil {
		fmt.Println(err)
		return 1
	}
	go func() { _ = http.Serve(listener, Guard(token, sayOwner())) }() // ends with the listener
	fmt.Println("ready")
	_, _ = io.Copy(io.Discard, os.Stdin)
	if err := owner.Close(); err != nil {
		return 1
	}
	return 0
}

func sayOwner() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = fmt.Fprintf(w, "%s %s owned by %d", r.Method, r.URL.Path, os.Getpid())
	})
}

// process is a running owner.
type process struct {
	command *exec.Cmd
	input   io.Closer
}

// startOwner starts another process that owns path and waits until it answers.
func startOwner(t *testing.T, path string) *process {
	t.Helper()
	command := exec.Command(os.Args[0])
	command.Env = append(os.Environ(), childDir+"="+path)
	input, err := command.StdinPipe()
	must(t, err)
	output, err := command.StdoutPipe()
	must(t, err)
	must(t, command.Start())
	t.Cleanup(func() { _ = command.Process.Kill(); _ = command.Wait() })
	line, err := bufio.NewReader(output).ReadString('\n')
	if err != nil || strings.TrimSpace(line) != "ready" {
		t.Fatalf("the owner process said %q, %v", line, err)
	}
	return &process{command: command, input: input}
}

// kill ends the process without letting it clean up.
func (p *process) kill(t *testing.T) {
	t.Helper()
	must(t, p.command.Process.Kill())
	_ = p.command.Wait() // reports the kill
}

// stop lets the process end by itself.
func (p *process) stop(t *testing.T) {
	t.Helper()
	must(t, p.input.Close())
	must(t, p.command.Wait())
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
