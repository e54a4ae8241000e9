package io.rdsboot.autoconfigure;

import java.net.ConnectException;
import java.net.SocketTimeoutException;

import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.pool.StartupConnectionException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Says why an instance could not be connected to at the start, and what to check.
 */
class StartupConnectionFailureAnalyzer extends AbstractFailureAnalyzer<StartupConnectionException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, StartupConnectionException cause) {
		return new FailureAnalysis(cause.getMessage(), action(cause), cause);
	}

	private static String key(StartupConnectionException failure) {
		return ((failure.getRole() == InstanceRole.READER) ? "rds.readers" : "rds.writer") + " = '"
				+ failure.getInstance().address() + "'";
	}

	private static String action(StartupConnectionException failure) {
		InstanceAddress address = failure.getInstance().address();
		if (failure.isUnknownHost()) {
			return "The host name '" + address.host() + "' does not resolve. Correct " + key(failure)
					+ ", or make the name known to the DNS of this machine.";
		}
		return switch (failure.getSqlState()) {
			case "3D000" -> "Correct rds.database = '" + failure.getDatabase() + "', or create the database on "
					+ address + ": CREATE DATABASE " + quoted(failure.getDatabase()) + ";";
			case "28P01" -> "The server does not accept the user name and password. "
					+ "Correct rds.credentials.username and rds.credentials.password.";
			case "28000" -> "The server refuses this login, for example because it demands TLS or the role may not "
					+ "log in. Check the role of rds.credentials.username, and the server's log.";
			case "53300" -> "The server has no connection left. Lower rds.pool.maximum-pool-size, "
					+ "or raise max_connections of the server.";
			case "57P03" -> "The server is starting up or shutting down. Start the application again when it is up, "
					+ "or set rds.pool.fail-fast=false to start without it.";
			default -> unreachableAction(failure, address);
		};
	}

	private static String unreachableAction(StartupConnectionException failure, InstanceAddress address) {
		if (isCausedBy(failure, ConnectException.class)) {
			return "Nothing accepts connections at " + address + ". Check the host and the port in " + key(failure)
					+ ", and that PostgreSQL runs there.";
		}
		if (isCausedBy(failure, SocketTimeoutException.class)) {
			return "Nothing answers at " + address + ". Check, in this order: that the security group of the "
					+ "database lets this machine in, that there is a route to it, and host and port in " + key(failure)
					+ ".";
		}
		return "Check " + key(failure) + " and the server's log.";
	}

	private static boolean isCausedBy(Throwable failure, Class<? extends Throwable> type) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (type.isInstance(cause)) {
				return true;
			}
		}
		return false;
	}

	private static String quoted(String identifier) {
		return '"' + identifier.replace("\"", "\"\"") + '"';
	}

}
