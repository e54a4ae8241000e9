package io.rdsboot.move.autoconfigure;

import io.rdsboot.autoconfigure.validation.PropertiesExtension;

/**
 * Lets {@code rds.move.*} be validated with all other properties.
 */
class MovePropertiesExtension implements PropertiesExtension {

	@Override
	public String prefix() {
		return "rds.move";
	}

	@Override
	public Class<?> type() {
		return RdsMoveProperties.class;
	}

}
