# What the commands at the root share. Everything that is not a result goes to stderr.

# A command leaves nothing running: no build servers that wait for a next build.
export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0 UseSharedCompilation=false

# package_mode ROOT: prepares the machine and prints Real or Polyfill.
package_mode() {
  local said
  if ! said=$("$1/eng/setup"); then
    echo "The machine could not be made ready; see above." >&2
    exit 1
  fi
  printf '%s\n' "$said" | tail -n 1
}

# build ROOT MODE PROJECT: builds a project in Release; prints only what went wrong.
build() {
  local log
  log=$(mktemp)
  echo "Building $3 ($2) …" >&2
  if ! dotnet build "$1/$3" -c Release -v q -nologo -clp:ErrorsOnly -p:PackageMode="$2" >"$log" 2>&1; then
    cat "$log" >&2
    rm -f "$log"
    echo "$3 does not build." >&2
    exit 1
  fi
  rm -f "$log"
}

# binary ROOT MODE PROJECT: where the built assembly is.
binary() {
  printf '%s/artifacts/%s/bin/%s/release/%s.dll\n' "$1" "$2" "$3" "$3"
}
