package io.rdsboot.service;

/**
 * A row, and the port of the server that it came from.
 */
record StreamedRow(Integer id, Integer port) {

}
