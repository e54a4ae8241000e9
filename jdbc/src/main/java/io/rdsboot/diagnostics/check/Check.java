package io.rdsboot.diagnostics.check;

import java.sql.SQLException;
import java.util.List;

/**
 * One thing that a diagnosis looks at. Thread-safe.
 */
public abstract class Check {

	private final String section;

	private final String name;

	private final CheckScope scope;

	/**
	 * Create a check.
	 * @param section the section that shows the result
	 * @param name the name of the check, unique among all
	 * @param scope which instances to ask
	 */
	protected Check(String section, String name, CheckScope scope) {
		this.section = section;
		this.name = name;
		this.scope = scope;
	}

	/**
	 * Return the section that shows the result.
	 */
	public final String section() {
		return this.section;
	}

	/**
	 * Return the name of the check, unique among all.
	 */
	public final String name() {
		return this.name;
	}

	/**
	 * Return which instances to ask.
	 */
	public final CheckScope scope() {
		return this.scope;
	}

	/**
	 * Ask one server, in a read-only transaction whose statements and waits for locks are
	 * limited.
	 * @param session the connection to the server
	 * @return the answer
	 * @throws SQLException if the server refuses, or takes too long
	 */
	public abstract List<Row> ask(DiagnosticSession session) throws SQLException;

	/**
	 * Judge the answers of the servers that answered, at least one.
	 * @param answers the answers
	 * @param findings where to report
	 */
	public abstract void judge(List<Answer> answers, Findings findings);

}
