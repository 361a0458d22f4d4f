#include "cli/cli.h"
#include "http/console.h"

int main(int argc, char **argv)
{
    return cli_main(argc, argv, console_files);
}
