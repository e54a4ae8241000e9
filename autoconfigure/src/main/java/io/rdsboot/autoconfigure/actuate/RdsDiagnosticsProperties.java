package io.rdsboot.autoconfigure.actuate;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Configuration properties of the endpoint {@code rdsdiagnostics}.
 */
@ConfigurationProperties("rds.diagnostics")
public class RdsDiagnosticsProperties {

	/**
	 * Whether the endpoint 'rdsdiagnostics' shows queries with their literals, which may
	 * be personal data.
	 */
	private boolean showLiterals;

	public boolean isShowLiterals() {
		return this.showLiterals;
	}

	public void setShowLiterals(boolean showLiterals) {
		this.showLiterals = showLiterals;
	}

}
