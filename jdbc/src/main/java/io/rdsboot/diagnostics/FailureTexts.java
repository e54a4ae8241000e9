package io.rdsboot.diagnostics;

import java.sql.SQLException;
import java.util.Objects;

/**
 * Why something could not be asked, in a sentence.
 */
final class FailureTexts {

	private FailureTexts() {
	}

	static String connection(SQLException failure) {
		if (isState(failure, "53300")) {
			return "The server has no connection left: " + firstLine(failure);
		}
		return "No connection can be opened: " + firstLine(failure);
	}

	static String check(SQLException failure) {
		if (isState(failure, "55P03")) {
			return "A lock that DDL holds was not waited for.";
		}
		if (isState(failure, "57014")) {
			return "The server took longer than the time limit of a check.";
		}
		if (isState(failure, "42501")) {
			return "The role may not ask: " + firstLine(failure);
		}
		if (isState(failure, "0A000")) {
			return "This server does not support it: " + firstLine(failure);
		}
		return "The server refused: " + firstLine(failure);
	}

	private static boolean isState(SQLException failure, String state) {
		return state.equals(failure.getSQLState());
	}

	static String firstLine(Exception failure) {
		return Objects.toString(failure.getMessage(), failure.getClass().getSimpleName())
			.lines()
			.findFirst()
			.orElse("");
	}

}
