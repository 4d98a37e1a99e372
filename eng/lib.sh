# Shared by the scripts of this folder. Source it; it defines functions only.

# Installs Debian packages that are not there yet.
need_packages() {
  local missing=()
  for package in "$@"; do dpkg -s "$package" >/dev/null 2>&1 || missing+=("$package"); done
  [ ${#missing[@]} -eq 0 ] && return
  local root=; [ "$(id -u)" -eq 0 ] || root=sudo
  $root apt-get update -qq
  DEBIAN_FRONTEND=noninteractive $root apt-get install -y -qq "${missing[@]}" >/dev/null
}

# Runs a command up to five times. Package servers may need a moment to have what they are asked for the first time.
retry() {
  local try
  for try in 1 2 3 4 5; do
    "$@" && return
    [ "$try" -eq 5 ] && return 1
    echo "attempt $try failed: $*" >&2
    dotnet nuget locals http-cache --clear >/dev/null 2>&1 || true
    sleep $((try * 10))
  done
}

# The runtime identifier of this machine.
runtime_identifier() {
  case "$(uname -m)" in
    aarch64 | arm64) echo linux-arm64 ;;
    *) echo linux-x64 ;;
  esac
}
