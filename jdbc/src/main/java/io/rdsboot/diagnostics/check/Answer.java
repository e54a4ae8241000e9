package io.rdsboot.diagnostics.check;

import java.util.List;

/**
 * What one server answered to a {@link Check}.
 *
 * @param server the server
 * @param rows its answer
 */
public record Answer(Server server, List<Row> rows) {

	/**
	 * Return the name of the instance.
	 */
	public String instance() {
		return this.server.instance().name();
	}

}
