package io.rdsboot.autoconfigure.actuate;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Configuration properties of the console.
 */
@ConfigurationProperties("rds.console")
public class RdsConsoleProperties {

	/**
	 * Whether the endpoint 'rdsconsole' serves a page for operators, once it is exposed.
	 */
	private boolean enabled;

	public boolean isEnabled() {
		return this.enabled;
	}

	public void setEnabled(boolean enabled) {
		this.enabled = enabled;
	}

}
