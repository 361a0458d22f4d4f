// Verify reads a log that menshen has published with golang.org/x/mod/sumdb, which
// knows nothing of menshen: signature, tree, every entry, proofs between any two
// sizes, receipts. See run.
//
//	verify [-receipt FILE] [-growth FILE] [-witness VKEY] [-token TOKEN] FOLDER VKEY
//
// FOLDER may be the http:// address of a shard that menshen serves; entry bundles
// need an auditor's token.
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

var passed, failed int

func check(what string, err error) bool {
	if err != nil {
		failed++
		fmt.Printf("not ok: %s: %v\n", what, err)
		return false
	}
	passed++
	return true
}

// folder serves tiles of height 8 by their C2SP names.
type folder struct{ path, token string }

func (f folder) file(name string) ([]byte, error) {
	if !strings.HasPrefix(f.path, "http://") {
		return os.ReadFile(filepath.Join(f.path, name))
	}
	request, err := http.NewRequest("GET", f.path+"/"+name, nil)
	if err != nil {
		return nil, err
	}
	if strings.HasPrefix(name, "tile/entries/") {
		request.Header.Set("Authorization", "Bearer "+f.token)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode == http.StatusNotFound {
		return nil, os.ErrNotExist
	}
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", name, answer.Status)
	}
	return io.ReadAll(answer.Body)
}

func (f folder) Height() int                             { return 8 }
func (f folder) SaveTiles(tiles []tlog.Tile, _ [][]byte) {}

// name turns sumdb's tile/8/0/x001/067 into tile/0/x001/067, and data into entries.
func name(t tlog.Tile) string {
	return strings.Replace(strings.Replace(t.Path(), "tile/8/", "tile/", 1), "tile/data/", "tile/entries/", 1)
}

func (f folder) read(t tlog.Tile) ([]byte, error) {
	data, err := f.file(name(t))
	if errors.Is(err, os.ErrNotExist) && t.W < 256 {
		t.W = 256 // the tile has been filled since
		data, err = f.file(name(t))
	}
	return data, err
}

func (f folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, t := range tiles {
		data, err := f.read(t)
		if err != nil {
			return nil, err
		}
		if len(data) < t.W*tlog.HashSize {
			return nil, fmt.Errorf("%s: %d bytes", name(t), len(data))
		}
		all = append(all, data[:t.W*tlog.HashSize])
	}
	return all, nil
}

// entries of bundle n, of which the tree has w.
func (f folder) entries(n int64, w int) ([][]byte, error) {
	data, err := f.read(tlog.Tile{H: 8, L: -1, N: n, W: w})
	if err != nil {
		return nil, err
	}
	var all [][]byte
	for len(data) > 0 {
		if len(data) < 2 || len(data) < 2+int(binary.BigEndian.Uint16(data)) {
			return nil, fmt.Errorf("bundle %d is cut off", n)
		}
		size := int(binary.BigEndian.Uint16(data))
		all = append(all, data[2:2+size])
		data = data[2+size:]
	}
	if len(all) < w {
		return nil, fmt.Errorf("bundle %d holds %d entries, not %d", n, len(all), w)
	}
	return all[:w], nil
}

// cosigner verifies cosignature/v1 (c2sp.org/tlog-cosignature), which sumdb does not know.
type cosigner struct {
	name string
	key  []byte
}

func newCosigner(vkey string) (cosigner, error) {
	part := strings.SplitN(vkey, "+", 3)
	if len(part) != 3 {
		return cosigner{}, errors.New("not a verifier key")
	}
	key, err := base64.StdEncoding.DecodeString(part[2])
	if err != nil || len(key) != 33 || key[0] != 4 {
		return cosigner{}, errors.New("not a cosigner's key")
	}
	c := cosigner{part[0], key}
	if fmt.Sprintf("%08x", c.KeyHash()) != part[1] {
		return c, errors.New("the key's id does not fit it")
	}
	return c, nil
}

func (c cosigner) Name() string { return c.name }

func (c cosigner) KeyHash() uint32 {
	h := sha256.Sum256(append([]byte(c.name+"\n"), c.key...))
	return binary.BigEndian.Uint32(h[:])
}

func (c cosigner) Verify(msg, sig []byte) bool {
	if len(sig) != 72 {
		return false
	}
	head := fmt.Sprintf("cosignature/v1\ntime %d\n", binary.BigEndian.Uint64(sig))
	return ed25519.Verify(c.key[1:], append([]byte(head), msg...), sig[8:])
}

// checkpoint opens a note by its signer and reads the tree in it.
func checkpoint(text []byte, v note.Verifier) (tree tlog.Tree, err error) {
	n, err := note.Open(text, note.VerifierList(v))
	if err != nil {
		return tree, err
	}
	line := strings.Split(n.Text, "\n")
	if len(line) != 4 || line[3] != "" {
		return tree, errors.New("not three lines")
	}
	if tree.N, err = strconv.ParseInt(line[1], 10, 64); err != nil {
		return tree, err
	}
	tree.Hash, err = tlog.ParseHash(line[2])
	return tree, err
}

// hashes reads the lines up to the empty one, and returns what follows it.
func hashes(text string) (path []tlog.Hash, rest string, err error) {
	for {
		line, after, found := strings.Cut(text, "\n")
		if !found {
			return nil, "", errors.New("the path does not end")
		}
		text = after
		if line == "" {
			return path, text, nil
		}
		h, err := tlog.ParseHash(line)
		if err != nil {
			return nil, "", err
		}
		path = append(path, h)
	}
}

func number(text, word string) (n int64, rest string, err error) {
	line, rest, _ := strings.Cut(text, "\n")
	if !strings.HasPrefix(line, word+" ") {
		return 0, "", fmt.Errorf("no %s line", word)
	}
	n, err = strconv.ParseInt(line[len(word)+1:], 10, 64)
	return n, rest, err
}

// receipt checks a tlog-proof file.
func receipt(file string, v note.Verifier) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	head, rest, _ := strings.Cut(string(data), "\n")
	if head != "c2sp.org/tlog-proof@v1" {
		return errors.New("not a tlog-proof")
	}
	line, rest, _ := strings.Cut(rest, "\n")
	entry, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(line, "extra "))
	if err != nil {
		return err
	}
	index, rest, err := number(rest, "index")
	if err != nil {
		return err
	}
	path, rest, err := hashes(rest)
	if err != nil {
		return err
	}
	tree, err := checkpoint([]byte(rest), v)
	if err != nil {
		return err
	}
	return tlog.CheckRecord(path, tree.N, tree.Hash, index, tlog.RecordHash(entry))
}

// growth checks the file that `prove --from` makes against the old root from the tiles.
func growth(file string, v note.Verifier, r tlog.HashReader) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	old, rest, err := number(string(data), "old")
	if err != nil {
		return err
	}
	path, rest, err := hashes(rest)
	if err != nil {
		return err
	}
	tree, err := checkpoint([]byte(rest), v)
	if err != nil {
		return err
	}
	before, err := tlog.TreeHash(old, r)
	if err != nil {
		return err
	}
	return tlog.CheckTree(path, tree.N, tree.Hash, old, before)
}

func allEntries(f folder, tree tlog.Tree, r tlog.HashReader) error {
	for n := int64(0); n*256 < tree.N; n++ {
		w := int64(256)
		if tree.N-n*256 < w {
			w = tree.N - n*256
		}
		entries, err := f.entries(n, int(w))
		if err != nil {
			return err
		}
		var indexes []int64
		for i := int64(0); i < w; i++ {
			indexes = append(indexes, tlog.StoredHashIndex(0, n*256+i))
		}
		stored, err := r.ReadHashes(indexes)
		if err != nil {
			return err
		}
		for i, e := range entries {
			if tlog.RecordHash(e) != stored[i] {
				return fmt.Errorf("entry %d does not hash to its leaf", n*256+int64(i))
			}
		}
	}
	return nil
}

func inclusion(f folder, tree tlog.Tree, index int64, r tlog.HashReader) error {
	entries, err := f.entries(index/256, int(index%256)+1)
	if err != nil {
		// A partial bundle is found under its own width only.
		entries, err = f.entries(index/256, int(tree.N-index/256*256))
	}
	if err != nil {
		return err
	}
	path, err := tlog.ProveRecord(tree.N, index, r)
	if err != nil {
		return err
	}
	return tlog.CheckRecord(path, tree.N, tree.Hash, index, tlog.RecordHash(entries[index%256]))
}

func consistency(tree tlog.Tree, old int64, r tlog.HashReader) error {
	path, err := tlog.ProveTree(tree.N, old, r)
	if err != nil {
		return err
	}
	before, err := tlog.TreeHash(old, r)
	if err != nil {
		return err
	}
	if err := tlog.CheckTree(path, tree.N, tree.Hash, old, before); err != nil {
		return err
	}
	before[0] ^= 1
	if tlog.CheckTree(path, tree.N, tree.Hash, old, before) == nil {
		return errors.New("a wrong old root passes")
	}
	return nil
}

func main() {
	receiptFile := flag.String("receipt", "", "check this tlog-proof `file` too")
	growthFile := flag.String("growth", "", "check this consistency proof `file` too")
	witness := flag.String("witness", "", "`key` of a witness whose cosignature the checkpoint bears")
	token := flag.String("token", "", "an auditor's `token`, for entry bundles over HTTP")
	flag.Parse()
	if flag.NArg() != 2 {
		flag.Usage()
		os.Exit(2)
	}
	f := folder{flag.Arg(0), *token}
	v, err := note.NewVerifier(flag.Arg(1))
	if !check("verifier key", err) {
		os.Exit(1)
	}
	text, err := f.file("checkpoint")
	check("checkpoint is there", err)
	tree, err := checkpoint(text, v)
	if !check("checkpoint is signed", err) {
		os.Exit(1)
	}
	flipped := bytes.Replace(text, []byte("\n"), []byte("x\n"), 1)
	if _, err := checkpoint(flipped, v); err == nil {
		check("a changed checkpoint is refused", errors.New("it is not"))
	}
	r := tlog.TileHashReader(tree, f)

	root, err := tlog.TreeHash(tree.N, r)
	if err == nil && root != tree.Hash {
		err = fmt.Errorf("%v, not %v", root, tree.Hash)
	}
	check("tree hash", err)
	check("every entry", allEntries(f, tree, r))
	for i := 0; i < 50 && tree.N > 0; i++ {
		n := rand.Int63n(tree.N)
		check(fmt.Sprintf("inclusion of %d", n), inclusion(f, tree, n, r))
		check(fmt.Sprintf("consistency with %d", n+1), consistency(tree, n+1, r))
	}
	if *receiptFile != "" {
		check("receipt", receipt(*receiptFile, v))
	}
	if *growthFile != "" {
		check("growth", growth(*growthFile, v, r))
	}
	if *witness != "" {
		c, err := newCosigner(*witness)
		if check("witness's key", err) {
			_, err = checkpoint(text, c)
			check("cosignature", err)
		}
	}
	fmt.Printf("%d passed, %d failed\n", passed, failed)
	if failed > 0 {
		os.Exit(1)
	}
}
