export { OneCase } from './case';
export { Cases } from './cases';
export { OneComplaint } from './complaint';
export { Complaints } from './complaints';
export { OneDraw } from './draw';
export { Draws } from './draws';
export { OneEntry } from './entry';
export { Registers } from './registers';
