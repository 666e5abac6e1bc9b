// Set up for the test files of the second round, see jest.config.js: their warehouse is on SQL Server.
import { jest } from '@jest/globals';

/** Each process logs in and has its statements compiled anew: tests of many processes take longer there. */
const PATIENCE = 4;

process.env.TEST_ENGINE = 'mssql';
process.env.TEST_PATIENCE = String(PATIENCE);
jest.setTimeout(PATIENCE * 60_000);
