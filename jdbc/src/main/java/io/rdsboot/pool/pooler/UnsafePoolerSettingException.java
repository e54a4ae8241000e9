package io.rdsboot.pool.pooler;

import java.sql.SQLNonTransientConnectionException;

/**
 * A setting that is kept by sessions stands in the way of a pooler in transaction mode,
 * which gives each transaction another session.
 */
public final class UnsafePoolerSettingException extends SQLNonTransientConnectionException {

	private static final long serialVersionUID = 1L;

	private final String action;

	public UnsafePoolerSettingException(String description, String action) {
		super(description, "0A000");
		this.action = action;
	}

	/**
	 * Return what to do about it, in one or more sentences.
	 */
	public String getAction() {
		return this.action;
	}

}
