package io.rdsboot.service;

import java.util.Iterator;

/**
 * Rows that a library hands out one by one, and how they are closed.
 */
record StreamedRows(Iterator<StreamedRow> rows, AutoCloseable closing) {

	void close() {
		try {
			this.closing.close();
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

}
